/// Who signs a request: the root identity or a user.
///
/// The canonical user id is S3's owner id (64 hexadecimal digits); it outlives changes of name and keys.
/// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html>.
/// A value, boxed because every request hands it on.
package final class Identity: Sendable, Equatable {
  /// The user's name, `root` for the root identity.
  package let name: String
  /// S3's canonical user id: 64 hexadecimal digits.
  package let canonicalID: String
  /// The Amazon Resource Name, for IAM answers and logs.
  package let arn: String
  /// The id IAM shows: `AIDA…` for users, the account id for root.
  package let id: String
  /// Whether this identity may do everything.
  package let isRoot: Bool

  package init(name: String, canonicalID: String, arn: String, id: String, isRoot: Bool) {
    self.name = name
    self.canonicalID = canonicalID
    self.arn = arn
    self.id = id
    self.isRoot = isRoot
  }

  package static func == (a: Identity, b: Identity) -> Bool {
    a === b
      || a.name == b.name && a.canonicalID == b.canonicalID && a.arn == b.arn && a.id == b.id
        && a.isRoot == b.isRoot
  }
}

/// An access key as a signature check needs it: the secret and whose it is.
///
/// Its description leaves the secret out, so that no log line can hold it.
package struct Credential: Sendable, CustomStringConvertible {
  /// The public half, as it stands in `Authorization`.
  package let accessKeyID: String
  /// The secret access key, as UTF-8 bytes.
  package let secret: [UInt8]
  /// Whose key this is.
  package let identity: Identity

  package init(accessKeyID: String, secret: [UInt8], identity: Identity) {
    self.accessKeyID = accessKeyID
    self.secret = secret
    self.identity = identity
  }

  package var description: String { "Credential(\(accessKeyID) of \(identity.name))" }
}
