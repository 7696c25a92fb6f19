/// The buffers of one ring: a bounded cache for each size, and the books of what is out. Ring-confined.
package final class BufferPool {
  let statistics: RingStatistics
  // SAFETY: the pool is the ring's own and is not used after it has gone.
  unowned(unsafe) var ring: Ring?
  /// By size. What is released beyond the limit goes back to the system at once.
  private var caches = [Cache(limit: 256), Cache(limit: 64)]

  private struct Cache {
    var free: [Buffer] = []
    let limit: Int
    /// The fewest buffers that lay free since the last trim: that many are not needed.
    var unused = 0
  }

  private var isTrimming = false
  /// Time between two trims.
  static let trimInterval = Duration.seconds(2)

  init(statistics: RingStatistics) { self.statistics = statistics }

  /// A buffer of the size, with `count` 0 and stale contents. Traps when the system is out of memory, as
  /// any allocation does.
  package func take(_ size: BufferSize) -> Buffer {
    let index = Int(size.rawValue)
    let buffer: Buffer
    if let cached = caches[index].free.popLast() {
      buffer = cached
      caches[index].unused = min(caches[index].unused, caches[index].free.count)
    } else if let fresh = Buffer(capacity: size.byteCount, home: .pool(size), pool: self) {
      buffer = fresh
    } else {
      preconditionFailure("out of memory")
    }
    buffer.count = 0
    markTaken(buffer)
    return buffer
  }

  /// Buffers cached for reuse now.
  package func cached(_ size: BufferSize) -> Int { caches[Int(size.rawValue)].free.count }

  func markTaken(_ buffer: Buffer) {
    buffer.isTaken = true
    statistics.buffersOutstanding.add()
  }

  func giveBack(_ buffer: Buffer) {
    statistics.buffersOutstanding.subtract()
    switch buffer.home {
    case .provided: unsafe ring?.backend.giveBack(buffer)
    case .pool(let size):
      let index = Int(size.rawValue)
      if caches[index].free.count < caches[index].limit { caches[index].free.append(buffer) }
      if !isTrimming { scheduleTrim() }
    }
  }

  /// Frees what has not been used lately, a while from now and then again until nothing is left: after a
  /// burst the memory goes back to the system, and an idle ring is not woken for nothing.
  private func scheduleTrim() {
    guard let ring = unsafe ring, !ring.isStopping else { return }
    isTrimming = true
    ring.timers.add(ring.now.advanced(by: Self.trimInterval), .run { self.trim() })
  }

  private func trim() {
    isTrimming = false
    var remaining = 0
    for index in caches.indices {
      let surplus = min(caches[index].unused, caches[index].free.count)
      caches[index].free.removeFirst(surplus)
      caches[index].unused = caches[index].free.count
      remaining += caches[index].free.count
    }
    if remaining > 0 { scheduleTrim() }
  }
}
