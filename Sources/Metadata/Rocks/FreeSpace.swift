/// Refuses updates while the file system is nearly full: a refusal in time can be got over, while a write that
/// fails half-way holds RocksDB up. What makes room goes on for longer than what needs some.
final class FreeSpace: Sendable {
  private let path: String
  private let reserve: UInt64
  private let reserveForDeletes: UInt64
  private let last = Guarded(Look())

  private struct Look {
    var at: UInt64 = 0
    var room = Room.plenty
  }

  /// How long an answer of the file system is good for.
  private static let holdNanoseconds: UInt64 = 200_000_000

  /// Watches the file system of `path` for the reserves of `options`.
  init(path: String, _ options: MetadataOptions) {
    self.path = path
    reserve = options.freeBytesReserve
    reserveForDeletes = min(options.freeBytesForDeletes, options.freeBytesReserve)
  }

  /// What there is room for, as of at most a fifth of a second ago.
  func room() -> Room {
    last.withLock { look in
      let now = MonotonicClock.nanoseconds()
      guard look.at == 0 || now &- look.at > Self.holdNanoseconds else { return look.room }
      look.at = now
      look.room = freeBytes().map(room(free:)) ?? .plenty
      return look.room
    }
  }

  /// Free bytes now; nil when the file system does not say.
  func freeBytes() -> UInt64? { RocksDirectory.freeBytes(path) }

  /// What there is room for with so many bytes free.
  func room(free: UInt64) -> Room {
    Room(
      keeping: free < reserve ? refusal(free, reserve) : nil,
      freeing: free < reserveForDeletes ? refusal(free, reserveForDeletes) : nil)
  }

  private func refusal(_ free: UInt64, _ limit: UInt64) -> MetadataError {
    MetadataError(
      .full, "\(free >> 20) MiB are free where the metadata lies, and \(limit >> 20) MiB reserved")
  }
}
