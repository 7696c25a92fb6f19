import CURing
import Glibc

extension Operation {
  /// Carries out a file operation here and now, on a thread that may block: the result, or negative errno.
  func perform() -> Int32 {
    while true {
      let result = attempt()
      if result >= 0 { return Int32(clamping: result) }
      if errno != EINTR { return -errno }
    }
  }

  /// A read answered from the page cache: the bytes read, or `nil` when it would have to wait for a disk.
  func performFromCache() -> Int32? {
    // SAFETY: the operation owns its memory until its completion has been delivered.
    let memory = unsafe UnsafeMutableRawPointer(bitPattern: UInt(address))
    let count = unsafe weir_read_cached(descriptor, memory, Int(length), Int64(offset))
    return count > 0 ? Int32(clamping: count) : nil
  }

  private func attempt() -> Int {
    // SAFETY: the operation owns its memory until its completion has been delivered.
    let memory = unsafe UnsafeMutableRawPointer(bitPattern: UInt(address))
    switch kind {
    case .read: return unsafe pread(descriptor, memory, Int(length), off_t(offset))
    case .write: return unsafe pwrite(descriptor, memory, Int(length), off_t(offset))
    case .synchronize: return Int(flags == 1 ? fdatasync(descriptor) : fsync(descriptor))
    case .allocate:
      return Int(weir_fallocate(descriptor, Int32(length), Int64(offset), Int64(address)))
    case .open:
      guard let memory = unsafe memory else { return -1 }
      let path = unsafe memory.assumingMemoryBound(to: CChar.self)
      return Int(unsafe weir_open(path, Int32(bitPattern: flags), length))
    case .receive, .receiveProvided, .send, .sendMessage, .poll:
      preconditionFailure("a socket operation off the rings")
    }
  }
}
