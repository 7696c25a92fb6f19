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
}
