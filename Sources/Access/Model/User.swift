package import Primitives

/// A user, in IAM's terms.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html>
package struct User: Sendable, Hashable {
  /// As given at creation; unique without regard to case.
  package let name: String
  /// `/` or `/…/`.
  package let path: String
  /// `AIDA` and 17 characters.
  package let id: String
  /// S3's canonical user id: 64 hexadecimal digits.
  package let canonicalID: String
  package let created: Timestamp

  package init(name: String, path: String, id: String, canonicalID: String, created: Timestamp) {
    self.name = name
    self.path = path
    self.id = id
    self.canonicalID = canonicalID
    self.created = created
  }

  /// `arn:aws:iam::ACCOUNT:user/path/name`.
  package var arn: String { "arn:aws:iam::\(Account.id):user\(path)\(name)" }

  /// This user as the author of a request.
  package var identity: Identity {
    Identity(name: name, canonicalID: canonicalID, arn: arn, id: id, isRoot: false)
  }
}

/// The one account of a server.
package enum Account {
  /// AWS's account id has 12 digits; a server is one account.
  package static let id = "000000000000"
  /// The canonical id of the root identity, the same on every server so that a restored data directory
  /// keeps its owner: SHA-256 of `weir root`.
  package static let rootCanonicalID = Hex.encode(SHA256.hash(Array("weir root".utf8)))
  /// The root identity.
  package static let root = Identity(
    name: "root", canonicalID: rootCanonicalID, arn: "arn:aws:iam::\(id):root", id: id, isRoot: true)
}

/// IAM's limits on names and numbers.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
package enum AccessLimits {
  /// Characters of a user name.
  package static let userNameLength = 1...64
  /// Characters of a path.
  package static let pathLength = 1...512
  /// Access keys of one user.
  package static let accessKeysPerUser = 2
  /// Users of a server.
  package static let users = 5_000
  /// Characters of a chosen access key id.
  package static let accessKeyIDLength = 3...128
  /// Characters of a chosen secret access key.
  package static let secretLength = 8...128

  /// A range as a person reads it: `8 to 128`.
  static func text(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }

  /// IAM's pattern `[\w+=,.@-]+`, 1 to 64 characters.
  package static func isValidUserName(_ name: String) -> Bool {
    userNameLength.contains(name.utf8.count) && name.utf8.allSatisfy(isNameByte)
  }

  /// `/`, or printable characters between a leading and a trailing `/`.
  package static func isValidPath(_ path: String) -> Bool {
    pathLength.contains(path.utf8.count) && path.utf8.first == UInt8(ascii: "/")
      && path.utf8.last == UInt8(ascii: "/") && path.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// A key id that can stand in a credential scope: no `/`, no blank, no control byte.
  package static func isValidAccessKeyID(_ id: String) -> Bool {
    accessKeyIDLength.contains(id.utf8.count) && id.utf8.allSatisfy(isNameByte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_+=,.@-".utf8.contains(byte)
    }
  }
}
