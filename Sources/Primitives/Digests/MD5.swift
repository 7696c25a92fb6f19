/// MD5 (RFC 1321) of a message that is there as a whole: ETags and Content-MD5, never security.
package enum MD5 {
  /// The 16 bytes of the digest.
  package static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var state = MD5State()
    // SAFETY: reads exactly the buffer.
    unsafe state.update(bytes)
    return state.finish()
  }

  /// The 16 bytes of the digest.
  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    // SAFETY: the pointer does not outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe hash($0) }
  }
}
