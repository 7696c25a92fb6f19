package import Primitives

/// An access key without its secret, in IAM's terms.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyMetadata.html>
package struct AccessKey: Sendable, Hashable {
  /// Whether requests signed with the key are accepted.
  package enum Status: UInt8, Sendable {
    case active = 1
    case inactive = 2

    /// IAM's spelling.
    package var name: String { self == .active ? "Active" : "Inactive" }

    /// From IAM's spelling, which is case-sensitive.
    package init?(name: String) {
      switch name {
      case "Active": self = .active
      case "Inactive": self = .inactive
      default: return nil
      }
    }
  }

  /// `AKIA` and 16 characters.
  package let id: String
  package let userName: String
  package var status: Status
  package let created: Timestamp

  package init(id: String, userName: String, status: Status, created: Timestamp) {
    self.id = id
    self.userName = userName
    self.status = status
    self.created = created
  }
}

/// A key just made: the only time that its secret leaves the store.
package struct NewAccessKey: Sendable, CustomStringConvertible {
  package let key: AccessKey
  /// 40 characters.
  package let secret: String

  package init(key: AccessKey, secret: String) {
    self.key = key
    self.secret = secret
  }

  package var description: String { "NewAccessKey(\(key.id))" }
}
