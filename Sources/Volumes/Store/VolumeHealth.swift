import Glibc
import Ring
import Synchronization

/// Whether a volume is still written to: after some segments in a row that failed it is given up, for good, and says
/// why. One failure may be a path that broke and came back; a disk that fails every segment would make each client
/// wait for the next failure (docs/decisions/0006-full-and-failing-disks.md).
final class VolumeHealth: Sendable {
  private let volume: UInt16
  private let limit: Int
  private let report: @Sendable (VolumeError) -> Void
  /// Failures since a sync succeeded last, and ever.
  private let inARow = Atomic<Int>(0)
  private let failures = Atomic<UInt64>(0)
  private let isReadOnly = Atomic<Bool>(false)
  private let reason = Locked<VolumeError?>(nil)

  /// A volume that is well.
  init(volume: UInt16, _ options: VolumeOptions) {
    self.volume = volume
    limit = max(1, options.segmentFailuresMax)
    report = options.onFailure
  }

  /// Why nothing may be written; nil while the volume is well.
  var refusal: VolumeError? {
    guard isReadOnly.load(ordering: .acquiring) else { return nil }
    return reason.withLock { $0 }
  }

  /// Segments that failed.
  var failureCount: UInt64 { failures.load(ordering: .relaxed) }

  /// Notes that a segment failed: its creation, a write, or a sync. A full disk is no failure.
  func failed(_ error: VolumeError) {
    guard error.code == .io else { return }
    failures.add(1, ordering: .relaxed)
    let count = inARow.add(1, ordering: .relaxed).newValue
    report(error)
    // A file system that was remounted read-only takes no write until somebody has looked at it.
    guard count >= limit || error.errno == EROFS else { return }
    let refusal = VolumeError(
      .readOnly, "the volume takes no more writes until the next start: \(error.message)", volume: volume,
      segment: error.segment, offset: error.offset, errno: error.errno)
    let isFirst = reason.withLock { reason in
      guard reason == nil else { return false }
      reason = refusal
      return true
    }
    isReadOnly.store(true, ordering: .releasing)
    if isFirst { report(refusal) }
  }

  /// Notes that a sync succeeded.
  func succeeded() {
    if inARow.load(ordering: .relaxed) != 0 { inARow.store(0, ordering: .relaxed) }
  }
}
