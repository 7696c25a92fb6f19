import COpenSSL

/// The running state of MD5 (RFC 1321), held by value. libcrypto's EVP interface would put it on the heap and
/// cost three times as much for a short message.
struct MD5State: Sendable {
  private var context = MD5_CTX()

  init() {
    // SAFETY: the pointer is to this value's own storage for the length of the call.
    _ = unsafe MD5_Init(&context)
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: libcrypto reads exactly `count` bytes.
    _ = unsafe MD5_Update(&context, bytes.baseAddress, bytes.count)
  }

  /// The digest; the state is spent.
  mutating func finish() -> [UInt8] {
    // SAFETY: the buffer has room for the 16 bytes that libcrypto writes.
    unsafe [UInt8](unsafeUninitializedCapacity: 16) { buffer, initialized in
      _ = unsafe MD5_Final(buffer.baseAddress, &context)
      initialized = 16
    }
  }
}
