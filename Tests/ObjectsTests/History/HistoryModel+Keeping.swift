import Primitives

@testable import Objects

// What docs/versioning.md says is kept, worked out from the history alone: which moments a store must show, which it
// must refuse, and which old versions are still there.
extension HistoryModel {
  /// What the bucket promises, and what it has let go of.
  struct Keeping {
    /// Milliseconds; 0: what is removed is gone.
    var window: UInt64 = 0
    /// The commit since which the past is kept; nil: it is not.
    var since: UInt64?
    /// Moments before it would have to show something that is gone.
    var horizon: UInt64 = 0
    /// The moments that views and restores hold.
    var cuts: [Cut] = []
    /// What was removed and is kept.
    var removed: [Removed] = []
  }

  struct Cut: Equatable {
    enum Holder: Equatable {
      case view(String)
      /// A restore that runs, and shows a moment.
      case source(UInt64)
      /// A restore that runs or is over, and holds what was there when it began.
      case claim(UInt64)
    }

    let holder: Holder
    let asOf: UInt64
    let prefix: String
  }

  struct Removed {
    let key: String
    let version: Version
    /// When it was current last.
    let until: UInt64
    let at: UInt64
  }

  /// The first moment that the bucket itself can show; nil: none.
  var earliest: UInt64? { keeping.since.map { max($0, keeping.horizon) } }

  /// Whether a store must show what lies below `prefix` as of a moment; else it must refuse to.
  func isShown(_ moment: UInt64, below prefix: String = "") -> Bool {
    if let earliest, moment >= earliest { return true }
    return keeping.since != nil
      && keeping.cuts.contains { $0.asOf == moment && prefix.hasPrefix($0.prefix) }
  }

  /// Whether a version's row must still be there, for listings of old versions.
  func isKept(_ key: String, _ version: Version) -> Bool {
    state[key]?.contains { $0.id == version.id } ?? false
      || keeping.removed.contains { $0.key == key && $0.version.id == version.id }
  }

  /// A version that is removed by the commit at `time`: kept, or gone for good.
  mutating func letGo(_ key: String, _ version: Version, at time: UInt64) {
    let removed = Removed(
      key: key, version: version, until: version.until == 0 ? time : version.until, at: time)
    if keeping.window > 0 || isHeld(removed) {
      keeping.removed.append(removed)
    } else if keeping.since != nil {
      keeping.horizon = max(keeping.horizon, removed.until)
    }
  }

  /// What was removed before the millisecond `due` is gone, unless a view or a restore holds it. Returns what went.
  mutating func purge(before due: UInt64) -> Int {
    let stays = keeping.removed.map { $0.at >> 16 >= due || isHeld($0) }
    let gone = zip(keeping.removed, stays).filter { !$0.1 }.map(\.0)
    keeping.removed = zip(keeping.removed, stays).filter(\.1).map(\.0)
    keeping.horizon = max(keeping.horizon, gone.map(\.until).max() ?? 0)
    return gone.count
  }

  /// Whether it was there at a moment that a view or a restore holds.
  private func isHeld(_ removed: Removed) -> Bool {
    keeping.cuts.contains {
      removed.version.id <= $0.asOf && $0.asOf < removed.at && removed.key.hasPrefix($0.prefix)
    }
  }

  /// Whether the bucket keeps its past at all.
  var keepsPast: Bool { isVersioned || keeping.window > 0 || !keeping.cuts.isEmpty }

  /// A restore into the bucket is over: what it has replaced is held further where nothing else keeps it.
  mutating func end(claim id: UInt64, changed: Bool) {
    if changed && versioning != .enabled && keeping.window == 0 { return }
    release(.claim(id))
  }

  mutating func release(_ holder: Cut.Holder) { keeping.cuts.removeAll { $0.holder == holder } }
}
