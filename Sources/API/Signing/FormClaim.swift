import Primitives

/// How a form says who has made it; nothing is proved yet. What is signed is its policy, as it stands there.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/signature-version-4-recommend>
struct FormClaim {
  let kind: AuthenticationKind
  /// `AKID/YYYYMMDD/region/service/…` in version 4, else the access key's id.
  let credential: [UInt8]
  /// `YYYYMMDDTHHMMSSZ`; version 4 only.
  var date: [UInt8] = []
  /// As sent: hexadecimal digits in version 4, else base64.
  let signature: [UInt8]
  let policy: [UInt8]
  /// The session token.
  let token: [UInt8]?
}

extension PostForm {
  /// Nil: the form claims nobody.
  ///
  /// - Throws: `.missingField` for one of those that belong together.
  func claim(_ dialect: Dialect) throws(FormError) -> FormClaim? {
    let isOSS = dialect === Dialect.oss
    let prefix = isOSS ? "x-oss-" : "x-amz-"
    let version = prefix + (isOSS ? "signature-version" : "algorithm")
    let token = value(prefix + "security-token")
    if [version, prefix + "credential", prefix + "signature"].contains(where: { value($0) != nil }) {
      _ = try required(version)
      return FormClaim(
        kind: isOSS ? .formOSSV4 : .formV4, credential: try required(prefix + "credential"),
        date: try required(prefix + "date"), signature: try required(prefix + "signature"),
        policy: try required("policy"), token: token)
    }
    let key = isOSS ? "OSSAccessKeyId" : "AWSAccessKeyId"
    guard [key.lowercased(), "signature", "policy"].contains(where: { value($0) != nil }) else { return nil }
    return FormClaim(
      kind: isOSS ? .formOSSV1 : .formV2, credential: try required(key.lowercased(), shown: key),
      signature: try required("signature", shown: "Signature"), policy: try required("policy"), token: token)
  }

  /// What the field says that names version 4's algorithm.
  func hasKnownAlgorithm(_ kind: AuthenticationKind) -> Bool {
    switch kind {
    case .formV4: value("x-amz-algorithm").map { $0[...].matches("AWS4-HMAC-SHA256") } ?? false
    case .formOSSV4: value("x-oss-signature-version").map { $0[...].matches("OSS4-HMAC-SHA256") } ?? false
    default: true
    }
  }
}
