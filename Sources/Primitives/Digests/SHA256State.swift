import COpenSSL

/// The running state of SHA-256 (FIPS 180-4), held by value. libcrypto's EVP interface would put it on the
/// heap and cost three times as much for a short message.
struct SHA256State: Sendable {
  private var context = SHA256_CTX()

  init() {
    // SAFETY: the pointer is to this value's own storage for the length of the call.
    _ = unsafe SHA256_Init(&context)
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: libcrypto reads exactly `count` bytes.
    _ = unsafe SHA256_Update(&context, bytes.baseAddress, bytes.count)
  }

  /// Hands the digest to `body` without putting it on the heap; the state is spent.
  mutating func finish<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    var digest = InlineArray<32, UInt8>(repeating: 0)
    // SAFETY: the array has room for the 32 bytes that libcrypto writes; the pointer stays in the closure.
    return unsafe withUnsafeMutableBytes(of: &digest) { buffer in
      _ = unsafe SHA256_Final(buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
      return unsafe body(UnsafeRawBufferPointer(buffer))
    }
  }

  /// The digest; the state is spent.
  mutating func finish() -> [UInt8] {
    // SAFETY: the buffer has room for the 32 bytes that libcrypto writes.
    unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, initialized in
      _ = unsafe SHA256_Final(buffer.baseAddress, &context)
      initialized = 32
    }
  }
}
