/// AWS Signature Version 4 with HMAC-SHA256: the derivation and the strings to sign. Pure; the verifier of the
/// server and the signers of clients are built on it.
package enum SigV4 {
  package static let algorithm = "AWS4-HMAC-SHA256"
  /// The last component of every scope.
  package static let terminator = "aws4_request"

  /// Derives the signing key of one day, region and service from a secret key.
  package static func signingKey(secret: [UInt8], scope: SigV4Scope) -> HMACSHA256Key {
    var key = Array("AWS4".utf8) + secret
    for component in [scope.day, scope.region, scope.service, terminator] {
      key = HMACSHA256Key(key).authenticate(Array(component.utf8))
    }
    return HMACSHA256Key(key)
  }

  /// The string to sign of a request: `date` is `YYYYMMDDTHHMMSSZ`, `scope` the text of the scope.
  package static func stringToSign(
    date: Span<UInt8>, scope: Span<UInt8>, canonicalRequest: [UInt8]
  ) -> [UInt8] {
    var text = canonicalRequest
    replaceWithStringToSign(&text, date: date, scope: scope)
    return text
  }

  /// Makes the string to sign out of a canonical request, in the same memory.
  package static func replaceWithStringToSign(
    _ text: inout [UInt8], date: Span<UInt8>, scope: Span<UInt8>
  ) {
    let hash = SHA256.hash(text)
    text.removeAll(keepingCapacity: true)
    text.append(contentsOf: lead)
    text.append(date)
    text.append(newline)
    text.append(scope)
    text.append(newline)
    appendDigits(hash, to: &text)
  }

  /// The signature of a string to sign: 64 lower-case hexadecimal digits.
  package static func signature(_ stringToSign: [UInt8], key: HMACSHA256Key) -> [UInt8] {
    var digits: [UInt8] = []
    appendDigits(key.authenticate(stringToSign), to: &digits)
    return digits
  }

  /// Whether `provided` is the signature of a string to sign, in a time that does not depend on where they
  /// differ. Only lower-case digits are.
  package static func isSignature(
    _ provided: Span<UInt8>, of stringToSign: [UInt8], key: HMACSHA256Key
  ) -> Bool {
    let code = key.authenticate(stringToSign)
    guard provided.count == code.count * 2 else { return false }
    var difference: UInt8 = 0
    for index in code.indices {
      difference |= Hex.lowerDigit(code[index] >> 4) ^ provided[index * 2]
      difference |= Hex.lowerDigit(code[index] & 15) ^ provided[index * 2 + 1]
    }
    return difference == 0
  }

  /// The time that `YYYYMMDDTHHMMSSZ` says.
  package static func time(_ text: Span<UInt8>) -> Timestamp? {
    // SAFETY: the bytes are only read, before this returns.
    unsafe text.withUnsafeBufferPointer { unsafe Timestamp(basic: $0) }
  }

  /// Appends the lower-case digits of 32 bytes, four bytes at a time within a word.
  private static func appendDigits(_ hash: [UInt8], to text: inout [UInt8]) {
    precondition(hash.count == 32, "not a SHA-256")
    text.reserveCapacity(text.count + 64)
    for start in stride(from: 0, to: 32, by: 4) {
      // SAFETY: the array has 32 bytes, checked above.
      let word = unsafe hash.withUnsafeBytes {
        unsafe $0.loadUnaligned(fromByteOffset: start, as: UInt32.self)
      }
      let digits = digits(UInt64(UInt32(bigEndian: word))).bigEndian
      // SAFETY: the bytes are copied before this returns.
      unsafe withUnsafeBytes(of: digits) { unsafe text.append(contentsOf: $0) }
    }
  }

  /// The eight digits of the low 32 bits, the first in the highest byte.
  private static func digits(_ word: UInt64) -> UInt64 {
    var nibbles = (word << 16 | word) & 0x0000_FFFF_0000_FFFF
    nibbles = (nibbles << 8 | nibbles) & 0x00FF_00FF_00FF_00FF
    nibbles = (nibbles << 4 | nibbles) & 0x0F0F_0F0F_0F0F_0F0F
    // One in every byte that needs a letter.
    let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39
  }

  private static let lead = Array("AWS4-HMAC-SHA256\n".utf8)
  static let newline: UInt8 = 0x0A
}
