/// The two sizes of pooled memory.
package enum BufferSize: UInt8, CaseIterable, Sendable {
  /// 16 KiB: what one receive fills.
  case receive
  /// 256 KiB: what disks and large sends move.
  case data

  /// Capacity in bytes.
  package var byteCount: Int {
    switch self {
    case .receive: 16 << 10
    case .data: 256 << 10
    }
  }
}

/// Page-aligned memory that belongs to a ring. Taken from a pool, given back with `release()` on the same
/// ring; between the two it has one owner.
@safe package final class Buffer {
  /// Start of the memory, page-aligned.
  package let base: UnsafeMutableRawPointer
  /// Size of the memory in bytes.
  package let capacity: Int
  /// Bytes from the start that hold data.
  package var count: Int {
    get { used }
    set { used = newValue }
  }

  /// Within the module, where the compiler sees that no two accesses overlap and leaves the run-time check out.
  private var used = 0

  /// Where the buffer goes when released.
  enum Home {
    case pool(BufferSize)
    /// The backend's receive buffers, with the number the kernel knows it by.
    case provided(UInt16)
  }

  let home: Home
  var isTaken = false
  /// While it lies in its pool: the buffer below it.
  var below: Buffer?
  private unowned(unsafe) let pool: BufferPool
  private let statistics: RingStatistics

  /// Maps fresh memory. `nil` when the system has none.
  init?(capacity: Int, home: Home, pool: BufferPool) {
    guard let memory = unsafe PageMemory.map(capacity) else { return nil }
    unsafe base = memory
    self.capacity = capacity
    self.home = home
    unsafe self.pool = pool
    statistics = pool.statistics
    statistics.bufferBytes.add(UInt64(capacity))
  }

  deinit {
    // Not through the pool, which may be gone: a buffer can outlive its ring by a moment.
    statistics.bufferBytes.subtract(UInt64(capacity))
    // SAFETY: the memory was mapped in init and nobody else unmaps it.
    unsafe PageMemory.unmap(base, capacity)
  }

  /// The bytes that hold data.
  package var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: base, count: count)
  }

  /// All of the memory.
  package var memory: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: base, count: capacity)
  }

  /// Gives the buffer back; its memory may be reused at once. Exactly once per taking.
  package func release() {
    precondition(isTaken, "a buffer was released twice")
    isTaken = false
    unsafe pool.giveBack(self)
  }
}
