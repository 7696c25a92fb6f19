/// SHA-256 (FIPS 180-4) of a message that is there as a whole.
package enum SHA256 {
  /// The 32 bytes of the digest.
  package static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var state = SHA256State()
    // SAFETY: reads exactly the buffer.
    unsafe state.update(bytes)
    return state.finish()
  }

  /// The 32 bytes of the digest.
  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    // SAFETY: the pointer does not outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe hash($0) }
  }

  /// The digest in lower-case hexadecimal, as Signature Version 4 writes it.
  package static func hexHash(_ bytes: UnsafeRawBufferPointer) -> String {
    // SAFETY: reads exactly the buffer.
    var state = SHA256State()
    unsafe state.update(bytes)
    return unsafe state.finish { unsafe Hex.encode($0) }
  }

  /// The digest in lower-case hexadecimal, as Signature Version 4 writes it.
  package static func hexHash(_ bytes: [UInt8]) -> String {
    // SAFETY: the pointer does not outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe hexHash($0) }
  }
}
