/// The buffers of one ring: a bounded cache for each size, and the books of what is out. Ring-confined.
package final class BufferPool {
  let statistics: RingStatistics
  // SAFETY: the pool is the ring's own and is not used after it has gone.
  unowned(unsafe) var ring: Ring?
  /// By size. What is released beyond the limit goes back to the system at once.
  private let receiveCache = Cache(limit: 256)
  private let dataCache = Cache(limit: 64)

  /// A stack, linked through the buffers themselves: taking one and giving it back is a few words.
  private final class Cache {
    private var top: Buffer?
    private(set) var count = 0
    let limit: Int
    /// The fewest buffers that lay free since the last trim: that many are not needed.
    var unused = 0

    init(limit: Int) { self.limit = limit }

    func push(_ buffer: Buffer) {
      buffer.below = top
      top = buffer
      count += 1
    }

    func pop() -> Buffer? {
      guard let buffer = top else { return nil }
      top = buffer.below
      buffer.below = nil
      count -= 1
      return buffer
    }
  }

  private var isTrimming = false
  /// Time between two trims.
  static let trimInterval = Duration.seconds(2)

  init(statistics: RingStatistics) { self.statistics = statistics }

  /// A buffer of the size, with `count` 0 and stale contents. Traps when the system is out of memory, as
  /// any allocation does.
  package func take(_ size: BufferSize) -> Buffer {
    let cache = cache(of: size)
    let buffer: Buffer
    if let cached = cache.pop() {
      buffer = cached
      cache.unused = min(cache.unused, cache.count)
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
  package func cached(_ size: BufferSize) -> Int { cache(of: size).count }

  private func cache(of size: BufferSize) -> Cache {
    switch size {
    case .receive: receiveCache
    case .data: dataCache
    }
  }

  func markTaken(_ buffer: Buffer) {
    buffer.isTaken = true
    statistics.buffersOutstanding.add()
  }

  func giveBack(_ buffer: Buffer) {
    statistics.buffersOutstanding.subtract()
    switch buffer.home {
    case .provided: unsafe ring?.backend.giveBack(buffer)
    case .pool(let size):
      let cache = cache(of: size)
      if cache.count < cache.limit { cache.push(buffer) }
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
    for cache in [receiveCache, dataCache] {
      for _ in 0..<cache.unused { _ = cache.pop() }
      cache.unused = cache.count
      remaining += cache.count
    }
    if remaining > 0 { scheduleTrim() }
  }
}
