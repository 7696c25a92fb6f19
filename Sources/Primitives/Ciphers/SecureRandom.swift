import CWeir

/// Unpredictable bytes from the kernel's generator, drawn through a small buffer of each thread so that a
/// request id costs no system call.
package enum SecureRandom {
  /// `count` random bytes.
  package static func bytes(_ count: Int) -> [UInt8] {
    precondition(count >= 0)
    // The standard library would write the count of an empty array into the one that all threads share.
    guard count > 0 else { return [] }
    // SAFETY: the buffer has room for `count` bytes, and all of them are written.
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe cweir_random_bytes(buffer.baseAddress, count)
      initialized = count
    }
  }

  /// 64 random bits.
  package static func uint64() -> UInt64 {
    var value: UInt64 = 0
    // SAFETY: the pointer is to a local of eight bytes.
    unsafe cweir_random_bytes(&value, 8)
    return value
  }

  /// `count` characters, each drawn evenly from `alphabet` (1 to 256 ASCII characters).
  package static func string(_ count: Int, from alphabet: Alphabet) -> String {
    String(decoding: characters(count, from: alphabet), as: UTF8Text.self)
  }

  /// 16 upper-case letters and digits, the form of S3's request ids.
  package static func requestID() -> String { string(16, from: .upperAlphanumeric) }

  /// `count` characters as ASCII bytes; see `string(_:from:)`.
  package static func characters(_ count: Int, from alphabet: Alphabet) -> [UInt8] {
    precondition(count >= 0)
    let symbols = alphabet.symbols
    // Bytes at or above the greatest multiple are drawn again, so that no symbol is likelier.
    let limit = 256 / symbols.count * symbols.count
    var result: [UInt8] = []
    result.reserveCapacity(count)
    while result.count < count {
      var word = uint64()
      for _ in 0..<8 where result.count < count {
        let byte = Int(word & 0xFF)
        word >>= 8
        if byte < limit { result.append(symbols[byte % symbols.count]) }
      }
    }
    return result
  }

  /// The characters of an identifier.
  package struct Alphabet: Sendable {
    let symbols: [UInt8]

    init(_ symbols: String) { self.symbols = Array(symbols.utf8) }

    /// `A-Z 0-9`: request ids and access key ids.
    package static let upperAlphanumeric = Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    /// `A-Z a-z 0-9`: upload ids and tokens.
    package static let base62 = Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    /// The base64 alphabet: secret keys.
    package static let base64 = Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  }
}
