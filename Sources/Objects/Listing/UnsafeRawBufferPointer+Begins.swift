import Glibc

extension UnsafeRawBufferPointer {
  /// Whether the bytes begin with `prefix`.
  func begins(with prefix: [UInt8]) -> Bool {
    guard count >= prefix.count, let base = baseAddress else { return prefix.isEmpty }
    // SAFETY: both have at least `prefix.count` bytes.
    return unsafe prefix.withUnsafeBytes { wanted in
      guard let other = wanted.baseAddress else { return true }
      return unsafe memcmp(base, other, wanted.count) == 0
    }
  }

  /// Whether the bytes sort before others.
  func precedes(_ other: [UInt8]) -> Bool {
    // SAFETY: both have at least as many bytes as are compared.
    let order = unsafe other.withUnsafeBytes { other -> Int32 in
      guard let ours = baseAddress, let theirs = other.baseAddress else { return 0 }
      return unsafe memcmp(ours, theirs, Swift.min(count, other.count))
    }
    return order == 0 ? count < other.count : order < 0
  }
}
