import Ring

/// Space in a segment that one writer may fill.
struct Reservation {
  /// Where the space is.
  let segment: WritableSegment
  /// Whole pages of the segment.
  let range: Range<UInt64>
}

/// A segment that a ring appends to. Ring-confined.
///
/// It goes through: taking reservations; sealed (full, failed, or the store closes), while older reservations
/// are still being written; and retired: cut to its known end, the file closed.
final class WritableSegment {
  /// The segment's number.
  let number: UInt32
  /// The file, open for writing.
  let file: File
  /// Shares `fdatasync` among the blobs that wait.
  let sync: SharedSync
  /// Whether it takes no more reservations.
  private(set) var isSealed = false

  private let volume: Volume
  private var allocator: SegmentAllocator
  private var openReservations = 0
  private var hasFailed = false

  /// A new segment, durable and empty.
  init(number: UInt32, file: File, capacity: UInt64, volume: Volume, sync: SharedSync) {
    self.number = number
    self.file = file
    self.volume = volume
    self.sync = sync
    allocator = SegmentAllocator(capacity: capacity)
    volume.ledger.setActive(number, tail: allocator.tail, capacity: capacity)
  }

  /// Whether a successor should be made ready.
  var isNearlyFull: Bool { allocator.remaining < allocator.capacity / 4 }

  /// Nothing has ever been reserved.
  var isUnused: Bool { allocator.tail == UInt64(VolumeFormat.pageSize) && openReservations == 0 }

  /// Reserves `wanted` bytes, or what is left if that is `least` or more; nil when it is not.
  func reserve(_ wanted: UInt64, atLeast least: UInt64) -> Reservation? {
    guard !isSealed, sync.failure == nil, let range = allocator.reserve(wanted, atLeast: least) else {
      return nil
    }
    openReservations += 1
    volume.ledger.setActive(number, tail: allocator.tail, capacity: allocator.capacity)
    return Reservation(segment: self, range: range)
  }

  /// Ends a reservation of which the bytes before `end` are written. Nothing of it is in flight any more.
  func end(_ reservation: Reservation, writtenTo end: UInt64) {
    precondition(reservation.segment === self && openReservations > 0)
    openReservations -= 1
    if !isSealed, allocator.giveBack(reservation.range, from: end) {
      volume.ledger.setActive(number, tail: allocator.tail, capacity: allocator.capacity)
    }
    if isSealed { retireIfIdle() }
  }

  /// Takes no more reservations, because a write or a sync of it failed. What was synced in it stays readable.
  func fail(_ error: VolumeError) {
    if !hasFailed {
      hasFailed = true
      volume.health.failed(error)
    }
    seal()
  }

  /// Takes no more reservations. Idempotent.
  func seal() {
    guard !isSealed else { return }
    isSealed = true
    retireIfIdle()
  }

  /// Returns preallocated space to the file system once nobody writes here any more. Failing to costs space
  /// only, until the volume is opened the next time.
  private func retireIfIdle() {
    guard openReservations == 0 else { return }
    let (file, size) = (file, allocator.tail)
    volume.ledger.seal(number, size: size)
    CrashPoint.segmentRetires.reach()
    // Cutting a file frees blocks, which may wait for the journal: not on the ring.
    Ring.current.spawn { await Ring.current.blocking.run { _ = try? file.truncate(to: size) } }
  }
}
