/// What the forms of browsers are like in a dialect (PostObject).
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/postobject>
struct FormSpelling: Sendable {
  /// What the names of the dialect's own fields begin with, in lower case.
  let prefix: String
  /// The field that says that the form is signed by version 4.
  let algorithm: String
  /// What that field says then.
  let algorithmName: StaticString
  /// The field of the access key in the oldest version, as it is written.
  let accessKeyID: String
  /// What a form is that is signed by version 4.
  let kind: AuthenticationKind
  /// What a form is that is signed by the oldest version.
  let oldestKind: AuthenticationKind
  /// The header that the field `acl` stands for; nil: for none.
  let acl: String?
  /// The field that tells the file's type before `Content-Type` does, and then the file itself; nil: only that counts.
  let contentType: String?
  /// Fields of the dialect, in lower case, that are no headers of what is stored: what proves who made the form, and
  /// what says something of other bodies than a form's file.
  let noHeaders: Set<String>
  /// Which fields a policy must have a condition for.
  let coverage: Coverage
  /// Whether policies know `in` and `not-in`.
  let hasSetConditions: Bool
  /// Whether a condition may name its field without `$`.
  let allowsNamesWithoutDollar: Bool
  /// What a refusal is in this dialect alone; nil: as in all.
  let refusal: @Sendable (FormError) -> S3Error?

  /// Fields for which a policy must have a condition.
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
