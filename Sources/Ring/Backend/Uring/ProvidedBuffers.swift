import CURing
import Glibc

/// Receive buffers that the kernel picks from when bytes arrive, so that a waiting connection holds none.
///
/// Starts small and grows when the kernel has run dry, up to the size of its queue; beyond that a receive
/// falls back to a buffer of the pool.
@safe final class ProvidedBuffers {
  /// The kernel's name for this set.
  static let group: UInt16 = 1
  /// Entries of the queue shared with the kernel: the most buffers there can be.
  static let capacity = 1024
  /// Buffers made at a time.
  static let step = 64

  private let uring: UnsafeMutablePointer<io_uring>
  private let queue: UnsafeMutablePointer<io_uring_buf_ring>
  private unowned(unsafe) let pool: BufferPool
  private var buffers: [Buffer] = []
  private static let queueBytes = capacity * 16

  init(uring: UnsafeMutablePointer<io_uring>, pool: BufferPool) throws(UringUnavailable) {
    unsafe self.uring = uring
    unsafe self.pool = pool
    guard let memory = unsafe PageMemory.map(Self.queueBytes) else {
      throw UringUnavailable(errno: ENOMEM, step: "mmap")
    }
    unsafe queue = memory.assumingMemoryBound(to: io_uring_buf_ring.self)
    var registration = io_uring_buf_reg()
    registration.ring_addr = UInt64(UInt(bitPattern: memory))
    registration.ring_entries = UInt32(Self.capacity)
    registration.bgid = Self.group
    // SAFETY: the queue's memory stays mapped until `close`.
    let code = unsafe io_uring_register_buf_ring(uring, &registration, 0)
    if code < 0 {
      unsafe PageMemory.unmap(memory, Self.queueBytes)
      throw UringUnavailable(errno: -code, step: "io_uring_register(buffer ring)")
    }
    grow()
  }

  /// Adds buffers, if the queue has room for more and the system has memory.
  func grow() {
    for _ in 0..<Self.step where buffers.count < Self.capacity {
      let number = UInt16(buffers.count)
      let size = BufferSize.receive.byteCount
      guard let buffer = unsafe Buffer(capacity: size, home: .provided(number), pool: pool) else { return }
      buffers.append(buffer)
      push(buffer, number)
    }
  }

  /// The buffer a completion names.
  func claim(_ number: UInt16) -> Buffer {
    let buffer = buffers[Int(number)]
    unsafe pool.markTaken(buffer)
    return buffer
  }

  func giveBack(_ buffer: Buffer) {
    guard case .provided(let number) = buffer.home else { return }
    push(buffer, number)
  }

  private func push(_ buffer: Buffer, _ number: UInt16) {
    buffer.count = 0
    // SAFETY: nobody reads or writes the buffer until the kernel names it again.
    unsafe weir_buffer_ring_push(
      queue, buffer.base, UInt32(buffer.capacity), number, Int32(Self.capacity - 1))
  }

  /// Takes the queue away from the kernel. The buffers that are out stay valid as long as they are used.
  func close() {
    unsafe io_uring_unregister_buf_ring(uring, Int32(Self.group))
    unsafe PageMemory.unmap(queue, Self.queueBytes)
    buffers = []
  }
}
