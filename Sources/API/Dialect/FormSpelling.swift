/// What the forms of browsers are like in a dialect (PostObject).
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/postobject>
package struct FormSpelling: Sendable {
  /// What the names of the dialect's own fields begin with, in lower case.
  let prefix: String
  /// The field that says that the form is signed by version 4, and what it says then.
  let algorithm: String
  let algorithmName: StaticString
  /// The field of the access key in the oldest version, as it is written.
  let accessKeyID: String
  /// What a form is that is signed by version 4, and by the oldest one.
  let kind: AuthenticationKind
  let oldestKind: AuthenticationKind
  /// The header that the field `acl` stands for; nil: for none.
  let acl: String?
  /// The field that tells the file's type before `Content-Type` does, and then the file itself; nil: only that counts.
  let contentType: String?
  /// Which fields a policy must have a condition for.
  let coverage: Coverage
  /// Whether policies know `in` and `not-in`, and names of fields without `$`.
  let hasSetConditions: Bool
  /// What a refusal is in this dialect alone; nil: as in all.
  let refusal: @Sendable (FormError) -> S3Error?

  enum Coverage: Sendable {
    /// These, where the form has them.
    case only(Set<String>)
    /// All that the form has but these, and those whose names begin so.
    case allBut(Set<String>, prefix: String)

    /// Whether a policy must say something of a field.
    func includes(_ name: String) -> Bool {
      switch self {
      case .only(let names): names.contains(name)
      case .allBut(let names, let prefix): !names.contains(name) && !name.hasPrefix(prefix)
      }
    }
  }
}
