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

  /// Appends the string to sign of a request: `date` is `YYYYMMDDTHHMMSSZ`, `scope` the text of the scope,
  /// `requestHash` the SHA-256 of the canonical request, 32 bytes.
  package static func appendStringToSign(
    date: some Collection<UInt8>, scope: some Collection<UInt8>, requestHash: [UInt8],
    to output: inout [UInt8]
  ) {
    output.append(contentsOf: algorithm.utf8)
    output.append(newline)
    output.append(contentsOf: date)
    output.append(newline)
    output.append(contentsOf: scope)
    output.append(newline)
    Hex.append(requestHash, to: &output)
  }

  /// The signature of a string to sign: 64 lower-case hexadecimal digits.
  package static func signature(_ stringToSign: [UInt8], key: HMACSHA256Key) -> [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(64)
    Hex.append(key.authenticate(stringToSign), to: &digits)
    return digits
  }

  static let newline: UInt8 = 0x0A
}
