import Glibc

/// What the kernel counts as this process's memory.
package enum ResidentMemory {
  /// Bytes of memory that the process holds now (`statm` of proc(5), the second field); 0 where it cannot be read. One
  /// short read of a file that is no disk's.
  package static func bytes() -> UInt64 {
    // SAFETY: a system call on a NUL-terminated string.
    let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 128)
    // SAFETY: the buffer outlives the call and its count bounds what is read.
    let count = unsafe text.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    let fields = text.prefix(max(0, count)).split(separator: UInt8(ascii: " "))
    guard fields.count > 1, let pages = UInt64(String(decoding: fields[1], as: Unicode.UTF8.self)) else {
      return 0
    }
    return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
  }
}
