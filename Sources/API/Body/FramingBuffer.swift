/// A fixed block of memory that lives as long as its owner, so that it may be received into.
@safe
final class FramingBuffer {
  /// Valid as long as the buffer object.
  let memory: UnsafeMutableRawBufferPointer

  init(size: Int) {
    unsafe memory = .allocate(byteCount: size, alignment: 16)
  }

  // SAFETY: allocated in `init`, owned by nobody else.
  deinit { unsafe memory.deallocate() }
}
