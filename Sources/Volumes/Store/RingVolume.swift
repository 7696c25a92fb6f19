import Ring
import Synchronization

/// One ring's share of a volume: its active segment, the blobs waiting to be packed, its open files.
// SAFETY: everything mutable here is touched by the ring's own thread only.
final class RingVolume: @unchecked Sendable {
  /// What the rings share.
  let volume: Volume
  /// The ring that this belongs to.
  let ring: Ring
  /// What this ring has done.
  let counters = VolumeCounters()
  /// Segment files open for reading.
  let openSegments: OpenSegments
  /// Small blobs that wait to be written together.
  let packing = PackQueue()

  /// Tests only: the error of every `fdatasync` from now on.
  var injectedSyncFailure: VolumeError?

  private var active: WritableSegment?
  private var spare: WritableSegment?
  private var isPreparing = false
  private let prepared = RingSignal()
  /// Why no segment could be made, and until when not to try again: a full disk is not hammered.
  private var refusal: (error: VolumeError, until: Instant)?
  private static let refusalPeriod = Duration.seconds(1)

  /// The share of `ring` in `volume`.
  init(volume: Volume, ring: Ring) {
    self.volume = volume
    self.ring = ring
    openSegments = OpenSegments(volume: volume)
  }

  /// Reserves `wanted` bytes of some segment, or at least `least`. Rolls over to a new segment when the active
  /// one has not even those.
  func reserve(_ wanted: UInt64, atLeast least: UInt64) async throws(VolumeError) -> Reservation {
    precondition(ring.isCurrent && least <= VolumeLimits.reservationLeastMax)
    while true {
      guard !volume.isClosed.load(ordering: .relaxed) else {
        throw VolumeError(.closed, "the store is closed")
      }
      if let reservation = active?.reserve(wanted, atLeast: least) {
        prepareAhead()
        return reservation
      }
      active?.seal()
      active = spare
      spare = nil
      if active != nil { continue }
      if isPreparing {
        await prepared.wait()
        continue
      }
      if let refusal, ring.now < refusal.until { throw refusal.error }
      await prepare()
    }
  }

  /// Seals what is open. Nobody reserves any more: the store is marked closed.
  func close() async {
    while isPreparing { await prepared.wait() }
    active?.seal()
    active = nil
    if let spare {
      self.spare = nil
      await discard(spare)
    }
    openSegments.closeAll()
  }

  /// Makes the next segment ready while the active one still has room, so that nobody waits at a roll-over.
  private func prepareAhead() {
    guard let active, active.isNearlyFull, spare == nil, !isPreparing else { return }
    if let refusal, ring.now < refusal.until { return }
    ring.spawn { await self.prepare() }
  }

  private func prepare() async {
    guard !isPreparing, spare == nil, !volume.isClosed.load(ordering: .relaxed) else { return }
    isPreparing = true
    do throws(VolumeError) {
      spare = try await SegmentCreation.create(for: self)
      refusal = nil
    } catch {
      refusal = (error, ring.now.advanced(by: Self.refusalPeriod))
    }
    isPreparing = false
    prepared.fire()
  }

  /// Removes a segment that was never used: its number dies with it.
  private func discard(_ segment: WritableSegment) async {
    let path = volume.path(segment.number)
    segment.file.close()
    volume.ledger.remove(segment.number)
    await ring.blocking.run { FileSystem.remove(path) }
  }
}
