/// OSS signature version 4: as AWS's, with other words. Pure; the verifier of the server and the signer of the load
/// generator are built on it.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4>
package enum OSSV4 {
  package static let algorithm = "OSS4-HMAC-SHA256"
  /// The last component of every scope.
  package static let terminator = "aliyun_v4_request"

  /// Derives the signing key of one day, region and product from a secret key.
  package static func signingKey(secret: [UInt8], scope: SigV4Scope) -> HMACSHA256Key {
    var key = Array("aliyun_v4".utf8) + secret
    for component in [scope.day, scope.region, scope.service, terminator] {
      key = HMACSHA256Key(key).authenticate(Array(component.utf8))
    }
    return HMACSHA256Key(key)
  }

  /// Makes the string to sign out of a canonical request, in the same memory; `date` is `YYYYMMDDTHHMMSSZ`, `scope` the
  /// text of the scope.
  package static func replaceWithStringToSign(
    _ text: inout [UInt8], date: Span<UInt8>, scope: Span<UInt8>
  ) {
    SigV4.replaceWithStringToSign(&text, lead: lead, date: date, scope: scope)
  }

  private static let lead = Array("OSS4-HMAC-SHA256\n".utf8)
}
