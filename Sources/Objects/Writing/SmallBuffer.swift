/// Memory for the start of a body: what of it turns out small enough is stored inline.
@safe final class SmallBuffer {
  private let memory: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init(capacity: Int) {
    unsafe memory = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
  }

  deinit {
    // SAFETY: allocated by init; no view outlives this object's users.
    unsafe memory.deallocate()
  }

  var isFull: Bool { unsafe count == memory.count }

  /// What is filled.
  var bytes: UnsafeRawBufferPointer {
    // SAFETY: `count` never exceeds the capacity.
    unsafe UnsafeRawBufferPointer(rebasing: memory[..<count])
  }

  /// Space behind it; not empty unless the buffer is full.
  var space: UnsafeMutableRawBufferPointer {
    // SAFETY: as above.
    unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count...])
  }

  /// `added` bytes of the space are filled now.
  func advance(_ added: Int) {
    unsafe precondition(added >= 0 && added <= memory.count - count, "more bytes than there is space")
    count += added
  }
}
