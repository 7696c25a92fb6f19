#if DEBUG
  import Glibc
  import Synchronization
#endif

/// Named steps of the write order (docs/ordering.md) at which a debug build can be made to crash:
/// `WEIR_CRASH_AT=blob.synced` kills it when it gets there, `WEIR_CRASH_AT=blob.synced:7` at the seventh time. In a
/// release build there is nothing of it.
package enum CrashPoint: String, CaseIterable, Sendable {
  /// A segment has its space and its header, and nothing of it is synced.
  case segmentMade = "segment.made"
  /// The segment is synced, its name is not.
  case segmentSynced = "segment.synced"
  /// The segment is durable, and nothing is in it.
  case segmentReady = "segment.ready"
  /// A segment that takes no more is about to be cut to its end.
  case segmentRetires = "segment.retires"
  /// An extent of a blob is closed, and another follows.
  case extentClosed = "extent.closed"
  /// All of a blob, or of a group of small ones, is written and nothing of it synced.
  case blobWritten = "blob.written"
  /// The blob is durable, and nothing names it.
  case blobSynced = "blob.synced"
  /// A group of updates has been run and is not written.
  case commitBegins = "commit.begins"
  /// The group is durable, and nobody has heard of it.
  case commitDone = "commit.done"
  /// An object is committed; what it replaced is not accounted, the client not answered.
  case objectCommitted = "object.committed"
  /// A Complete is committed; its clean-ups have not begun.
  case uploadCompleted = "upload.completed"
  /// A step of a clean-up is about to be committed.
  case cleanUpStep = "cleanup.step"
  /// A clean-up has done its work; its record is still there.
  case cleanUpDone = "cleanup.done"

  /// Says that the point is reached; returns unless the process is to crash here.
  @inline(__always) package func reach() {
    #if DEBUG
      CrashPlan.shared?.reach(self)
    #endif
  }
}

#if DEBUG
  /// What the environment asks for.
  private final class CrashPlan: Sendable {
    static let shared = CrashPlan()

    private let point: CrashPoint
    private let left: Atomic<Int>

    /// Nil when no crash is asked for.
    private init?() {
      // SAFETY: the environment does not change while the program runs; the text is copied.
      guard let text = unsafe getenv("WEIR_CRASH_AT").map({ unsafe String(cString: $0) }) else { return nil }
      let parts = text.split(separator: ":")
      guard let name = parts.first, let point = CrashPoint(rawValue: String(name)) else { return nil }
      self.point = point
      left = Atomic(parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
    }

    func reach(_ point: CrashPoint) {
      guard point == self.point, left.subtract(1, ordering: .relaxed).newValue == 0 else { return }
      kill(getpid(), SIGKILL)
    }
  }
#endif
