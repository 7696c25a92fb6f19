import Ring

/// What each segment of a volume holds, in memory. Touched once per extent or group written and per deletion,
/// never per chunk, so one lock serves all rings.
final class SegmentLedger: Sendable {
  private struct Entry {
    /// Bytes written or reserved, header page included.
    var used: UInt64
    /// Preallocated bytes not reserved yet.
    var unreserved: UInt64
    /// Footprints of extents that something refers to.
    var live: UInt64
    /// Nobody writes to it any more.
    var isSealed = false
  }

  private let entries = Locked<[UInt32: Entry]>([:])

  /// Enters a segment of an earlier run: sealed, and nothing in it known to be live.
  func addSealed(_ segment: UInt32, size: UInt64) {
    entries.withLock { $0[segment] = Entry(used: size, unreserved: 0, live: 0, isSealed: true) }
  }

  /// Notes how far an active segment is reserved.
  func setActive(_ segment: UInt32, tail: UInt64, capacity: UInt64) {
    entries.withLock { table in
      table[segment, default: Entry(used: 0, unreserved: 0, live: 0)].used = tail
      table[segment]?.unreserved = capacity - tail
    }
  }

  /// Notes that a segment takes no more reservations and has been cut to `size`.
  func seal(_ segment: UInt32, size: UInt64) {
    entries.withLock { table in
      table[segment]?.used = size
      table[segment]?.unreserved = 0
      table[segment]?.isSealed = true
    }
  }

  /// Forgets a segment that is still sealed and empty, so that it may be removed: its bytes; nil when it is not.
  func takeEmpty(_ segment: UInt32) -> UInt64? {
    entries.withLock { table in
      guard let entry = table[segment], entry.isSealed, entry.live == 0 else { return nil }
      table[segment] = nil
      return entry.used
    }
  }

  /// The greatest number of a segment; 0 when there is none.
  var greatest: UInt32 { entries.withLock { $0.keys.max() ?? 0 } }

  /// Forgets a segment whose file is gone.
  func remove(_ segment: UInt32) { entries.withLock { $0[segment] = nil } }

  /// Accounts extents that are now referred to.
  func addLive(_ extents: [ExtentLocation]) {
    entries.withLock { table in
      for location in extents { table[location.segment]?.live += location.footprint }
    }
  }

  /// Accounts extents that nothing refers to any more. Unknown segments are ignored: a damaged record must
  /// not bring the server down.
  func markDead(_ extents: [ExtentLocation]) {
    entries.withLock { table in
      for location in extents {
        guard let live = table[location.segment]?.live else { continue }
        table[location.segment]?.live = live - min(live, location.footprint)
      }
    }
  }

  /// Takes over the live bytes that metadata has kept.
  func restore(_ usage: [SegmentUsage]) {
    entries.withLock { table in
      for segment in usage { table[segment.segment]?.live = segment.liveBytes }
    }
  }

  /// All segments by number.
  func usage(volume: UInt16) -> [SegmentUsage] {
    entries.withLock { table in
      table.map { number, entry in
        SegmentUsage(
          volume: volume, segment: number, usedBytes: entry.used, liveBytes: entry.live,
          isSealed: entry.isSealed)
      }
    }.sorted { $0.segment < $1.segment }
  }

  /// Sealed segments in which nothing is live.
  func empty() -> [UInt32] {
    entries.withLock { table in table.filter { $0.value.isSealed && $0.value.live == 0 }.keys.sorted() }
  }

  /// Adds the sums to `statistics`.
  func add(to statistics: inout VolumeStatistics) {
    let sums = entries.withLock { table in
      table.values.reduce(into: (used: UInt64(0), unreserved: UInt64(0), live: UInt64(0))) { sums, entry in
        sums.used += entry.used
        sums.unreserved += entry.unreserved
        sums.live += entry.live
      }
    }
    statistics.segments += entries.withLock { $0.count }
    statistics.liveBytes += sums.live
    statistics.deadBytes += sums.used > sums.live ? sums.used - sums.live : 0
    statistics.unreservedBytes += sums.unreserved
  }
}
