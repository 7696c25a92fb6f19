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
    replaceWithStringToSign(&text, lead: lead, date: date, scope: scope)
  }

  /// The same under another algorithm's name, `lead`, which ends in a newline.
  static func replaceWithStringToSign(
    _ text: inout [UInt8], lead: [UInt8], date: Span<UInt8>, scope: Span<UInt8>
  ) {
    var state = SHA256State()
    // SAFETY: the digest is looked at within the closure only.
    unsafe text.withUnsafeBytes { unsafe state.update($0) }
    text.removeAll(keepingCapacity: true)
    text.append(contentsOf: lead)
    text.append(date)
    text.append(newline)
    text.append(scope)
    text.append(newline)
    unsafe state.finish { unsafe appendDigits($0, to: &text) }
  }

  /// The signature of a string to sign: 64 lower-case hexadecimal digits.
  package static func signature(_ stringToSign: [UInt8], key: HMACSHA256Key) -> [UInt8] {
    var digits: [UInt8] = []
    // SAFETY: both are looked at within their closures only.
    unsafe stringToSign.withUnsafeBytes { text in
      unsafe key.authenticate(text) { unsafe appendDigits($0, to: &digits) }
    }
    return digits
  }

  /// Whether `provided` is the signature of a string to sign, in a time that does not depend on where they
  /// differ. Only lower-case digits are.
  package static func isSignature(
    _ provided: Span<UInt8>, of stringToSign: [UInt8], key: HMACSHA256Key
  ) -> Bool {
    guard provided.count == 64 else { return false }
    // SAFETY: a code has 32 bytes and `provided` 64; every word lies within its side.
    return unsafe stringToSign.withUnsafeBytes { text in
      unsafe key.authenticate(text) { code in
        unsafe provided.withUnsafeBytes { provided in
          var difference: UInt64 = 0
          for start in stride(from: 0, to: 32, by: 4) {
            let word = unsafe code.loadUnaligned(fromByteOffset: start, as: UInt32.self)
            let digits = unsafe provided.loadUnaligned(fromByteOffset: start * 2, as: UInt64.self)
            difference |= Hex.digits(UInt64(UInt32(bigEndian: word))) ^ UInt64(bigEndian: digits)
          }
          return difference == 0
        }
      }
    }
  }

  /// The time that `YYYYMMDDTHHMMSSZ` says.
  package static func time(_ text: Span<UInt8>) -> Timestamp? {
    // SAFETY: the bytes are only read, before this returns.
    unsafe text.withUnsafeBufferPointer { unsafe Timestamp(basic: $0) }
  }

  /// Appends the lower-case digits of 32 bytes, eight bytes at a time.
  private static func appendDigits(_ hash: UnsafeRawBufferPointer, to text: inout [UInt8]) {
    precondition(hash.count == 32, "not a SHA-256")
    text.reserveCapacity(text.count + 64)
    for start in stride(from: 0, to: 32, by: 8) {
      // SAFETY: there are 32 bytes, checked above.
      let word = unsafe hash.loadUnaligned(fromByteOffset: start, as: UInt64.self)
      Hex.append(UInt64(bigEndian: word), to: &text)
    }
  }

  private static let lead = Array("AWS4-HMAC-SHA256\n".utf8)
  static let newline: UInt8 = 0x0A
}
