import Ring
import Synchronization

/// What all rings share of one volume. Immutable but for a few atomics and the ledger.
final class Volume: Sendable {
  /// The identity, as on disk.
  let identity: VolumeIdentity
  /// The directory `segments/`.
  let segmentsPath: String
  /// The options, within their limits.
  let options: VolumeOptions
  /// Whether the file system takes O_DIRECT and the options want it.
  let isDirect: Bool
  /// The volume's directory, open and locked.
  let lock: File
  /// `segments/`, open, to make names durable.
  let segmentsDirectory: File
  /// What each segment holds.
  let ledger = SegmentLedger()
  /// Whether it is still written to.
  let health: VolumeHealth
  /// Set once, by `close`.
  let isClosed = Atomic<Bool>(false)

  private let nextSegment: Atomic<UInt32>

  /// A volume whose greatest segment number so far is `lastSegment`.
  init(
    identity: VolumeIdentity, segmentsPath: String, options: VolumeOptions, isDirect: Bool,
    lock: File, segmentsDirectory: File, lastSegment: UInt32
  ) {
    self.identity = identity
    self.segmentsPath = segmentsPath
    self.options = options
    self.isDirect = isDirect
    self.lock = lock
    self.segmentsDirectory = segmentsDirectory
    health = VolumeHealth(volume: identity.number, options)
    nextSegment = Atomic(lastSegment)
  }

  /// The number for a new segment; never the same twice.
  func takeSegmentNumber() throws(VolumeError) -> UInt32 {
    let (old, new) = nextSegment.add(1, ordering: .relaxed)
    guard new > old else {
      nextSegment.store(.max, ordering: .relaxed)
      throw VolumeError(.full, "the volume has no segment numbers left", volume: identity.number)
    }
    return new
  }

  /// Numbers up to `segment` are taken, whether or not there is a file.
  func reserveSegmentNumbers(upTo segment: UInt32) { _ = nextSegment.max(segment, ordering: .relaxed) }

  /// The path of a segment's file.
  func path(_ segment: UInt32) -> String { segmentsPath + "/" + SegmentName.string(segment) }
}
