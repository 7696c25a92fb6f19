/// Deadlines of sockets: coarse, and nearly free to move.
///
/// A socket's deadline changes several times per request, and almost none is ever reached. So the deadline
/// itself is one store in the socket, and the wheel holds each socket at most once, in the slot of a tick
/// at which it was due when it was put there. When that tick has passed, the socket is looked at again: due,
/// it is expired; due later, it moves to its new slot; with nothing pending, it is dropped until its next
/// operation. Only a deadline that becomes EARLIER than the slot moves the socket at once.
///
/// A tick is 2^26 ns (67 ms): a deadline is noticed up to that much late, never early.
@safe final class DeadlineWheel {
  private static let tickShift: UInt64 = 26
  private static let slotCount = 1024

  private var slots: [[Unmanaged<Socket>]] = unsafe .init(repeating: [], count: slotCount)
  /// One bit for each slot that is not empty.
  private var occupied: [UInt64] = .init(repeating: 0, count: slotCount / 64)
  /// The earliest tick that has not been processed.
  private var current = Instant.monotonic().nanoseconds >> tickShift

  private(set) var count = 0

  /// Sets the clock's start.
  func start(at now: Instant) { current = now.nanoseconds >> Self.tickShift }

  /// Makes sure that the socket is looked at when its deadline has passed.
  @inline(__always)
  func note(_ socket: Socket) {
    let tick = socket.deadline.nanoseconds >> Self.tickShift
    if tick < socket.wheelTick { place(socket, tick: tick) }
  }

  /// Puts the socket into the slot of `tick`, or the nearest the wheel reaches.
  private func place(_ socket: Socket, tick: UInt64) {
    remove(socket)
    let bounded = min(max(tick, current), current + UInt64(Self.slotCount) - 1)
    let slot = Int(bounded) & (Self.slotCount - 1)
    socket.wheelTick = bounded
    socket.wheelPosition = unsafe Int32(slots[slot].count)
    // SAFETY: the socket leaves the wheel when it is closed or deinitialised.
    unsafe slots[slot].append(Unmanaged.passUnretained(socket))
    occupied[slot >> 6] |= 1 << UInt64(slot & 63)
    count += 1
  }

  /// Takes the socket out, if it is in.
  func remove(_ socket: Socket) {
    if socket.wheelTick == .max { return }
    let slot = Int(socket.wheelTick) & (Self.slotCount - 1)
    let position = Int(socket.wheelPosition)
    socket.wheelTick = .max
    count -= 1
    // SAFETY: every element is a socket that is in the wheel, hence alive.
    let last = unsafe slots[slot].removeLast()
    unsafe last._withUnsafeGuaranteedRef { moved in
      if moved === socket { return }
      moved.wheelPosition = Int32(position)
      unsafe slots[slot][position] = last
    }
    if unsafe slots[slot].isEmpty { occupied[slot >> 6] &= ~(1 << UInt64(slot & 63)) }
  }

  /// When `advance` has something to do next; the distant future when the wheel is empty.
  var next: Instant {
    if count == 0 { return .distantFuture }
    let start = Int(current) & (Self.slotCount - 1)
    for step in 0...occupied.count {
      let word = ((start >> 6) + step) % occupied.count
      var bits = occupied[word]
      if step == 0 { bits &= ~0 << UInt64(start & 63) }
      if bits == 0 { continue }
      let slot = word << 6 + bits.trailingZeroBitCount
      let distance = (slot - start + Self.slotCount) & (Self.slotCount - 1)
      return Instant(nanoseconds: (current + UInt64(distance) + 1) << Self.tickShift)
    }
    return .distantFuture
  }

  /// Looks at the sockets of all ticks that are over.
  func advance(to now: Instant) {
    let tick = now.nanoseconds >> Self.tickShift
    if tick <= current { return }
    if count == 0 {
      current = tick
      return
    }
    let last = min(tick, current + UInt64(Self.slotCount))
    let ended = current..<last
    current = tick
    for over in ended { examine(slot: Int(over) & (Self.slotCount - 1), now: now) }
  }

  private func examine(slot: Int, now: Instant) {
    if unsafe slots[slot].isEmpty { return }
    let sockets = unsafe slots[slot]
    unsafe slots[slot] = []
    occupied[slot >> 6] &= ~(1 << UInt64(slot & 63))
    unsafe count -= sockets.count
    // SAFETY: a socket in the wheel is alive; nothing below runs code of tasks, which could end one.
    unsafe sockets.forEach { entry in
      unsafe entry._withUnsafeGuaranteedRef { socket in
        socket.wheelTick = .max
        if !socket.isPending { return }
        if socket.deadline <= now { socket.expire() } else { note(socket) }
      }
    }
  }
}
