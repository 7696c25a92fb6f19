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

  /// Why a blob would be refused now, before a byte of it is taken; nil when its writing can begin.
  func refusal(for purpose: WritePurpose) -> VolumeError? {
    if volume.isClosed.load(ordering: .relaxed) { return VolumeError(.closed, "the store is closed") }
    if let refusal = volume.health.refusal { return refusal }
    guard purpose == .store, active == nil, spare == nil, let refusal, ring.now < refusal.until else {
      return nil
    }
    return refusal.error
  }

  /// Reserves `wanted` bytes of some segment, or at least `least`. Rolls over to a new segment when the active
  /// one has not even those.
  func reserve(
    _ wanted: UInt64, atLeast least: UInt64, for purpose: WritePurpose
  ) async throws(VolumeError) -> Reservation {
    precondition(ring.isCurrent && least <= VolumeLimits.reservationLeastMax)
    while true {
      if let refusal = refusal(for: purpose) { throw refusal }
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
      try await prepare(for: purpose)
    }
  }

  /// Seals what is open. Nobody reserves any more: the store is marked closed.
  func close() async {
    await sealActive()
    openSegments.closeAll()
  }

  /// Seals the segment that is being filled, and removes the one made ready behind it.
  func sealActive() async {
    while isPreparing { await prepared.wait() }
    active?.seal()
    active = nil
    if let spare {
      self.spare = nil
      await discard(spare)
    }
  }

  /// Makes the next segment ready while the active one still has room, so that nobody waits at a roll-over.
  private func prepareAhead() {
    guard let active, active.isNearlyFull, spare == nil, !isPreparing else { return }
    if refusal(for: .store) != nil { return }
    if let refusal, ring.now < refusal.until { return }
    ring.spawn { try? await self.prepare(for: .store) }
  }

  /// Makes the next segment, unless somebody is at it. What fails for a blob to be stored is not tried again for a
  /// moment.
  private func prepare(for purpose: WritePurpose) async throws(VolumeError) {
    guard !isPreparing, spare == nil, !volume.isClosed.load(ordering: .relaxed) else { return }
    isPreparing = true
    defer {
      isPreparing = false
      prepared.fire()
    }
    do throws(VolumeError) {
      spare = try await SegmentCreation.create(for: self, purpose)
      refusal = nil
    } catch {
      volume.health.failed(error)
      if purpose == .store { refusal = (error, ring.now.advanced(by: Self.refusalPeriod)) }
      throw error
    }
  }

  /// Removes a segment that was never used: its number dies with it.
  private func discard(_ segment: WritableSegment) async {
    let path = volume.path(segment.number)
    segment.file.close()
    volume.ledger.remove(segment.number)
    await ring.blocking.run { FileSystem.remove(path) }
  }
}
