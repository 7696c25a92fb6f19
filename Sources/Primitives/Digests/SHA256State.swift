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

  /// The digest; the state is spent.
  mutating func finish() -> [UInt8] {
    // SAFETY: the buffer has room for the 32 bytes that libcrypto writes.
    unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, initialized in
      _ = unsafe SHA256_Final(buffer.baseAddress, &context)
      initialized = 32
    }
  }
}
