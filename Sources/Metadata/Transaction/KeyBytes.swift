import Glibc

/// A key as a dictionary key: hashed and compared as one run of bytes (`[UInt8]` does it byte by byte).
struct KeyBytes: Hashable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func hash(into hasher: inout Hasher) {
    // SAFETY: the buffer is only read, inside the closure.
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }

  static func == (a: KeyBytes, b: KeyBytes) -> Bool {
    let count = a.bytes.count
    guard count == b.bytes.count else { return false }
    // SAFETY: both buffers hold `count` bytes; an empty one may have no address and is not compared.
    return unsafe a.bytes.withUnsafeBytes { first in
      unsafe b.bytes.withUnsafeBytes { second in
        guard let x = first.baseAddress, let y = second.baseAddress else { return true }
        return unsafe memcmp(x, y, count) == 0
      }
    }
  }
}
