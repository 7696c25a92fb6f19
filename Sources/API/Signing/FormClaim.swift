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
  func claim(_ forms: FormSpelling) throws(FormError) -> FormClaim? {
    let (prefix, version) = (forms.prefix, forms.algorithm)
    let token = value(prefix + "security-token")
    if [version, prefix + "credential", prefix + "signature"].contains(where: { value($0) != nil }) {
      _ = try required(version)
      return FormClaim(
        kind: forms.kind, credential: try required(prefix + "credential"),
        date: try required(prefix + "date"), signature: try required(prefix + "signature"),
        policy: try required("policy"), token: token)
    }
    let key = forms.accessKeyID
    guard [key.lowercased(), "signature", "policy"].contains(where: { value($0) != nil }) else { return nil }
    return FormClaim(
      kind: forms.oldestKind, credential: try required(key.lowercased(), shown: key),
      signature: try required("signature", shown: "Signature"), policy: try required("policy"), token: token)
  }

  /// Whether the field that names version 4's algorithm names the one there is.
  func hasKnownAlgorithm(_ forms: FormSpelling) -> Bool {
    value(forms.algorithm).map { $0[...].matches(forms.algorithmName) } ?? false
  }
}
