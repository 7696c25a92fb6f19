package import Metadata

/// Why an operation on identities failed. Each API maps it exhaustively.
package enum AccessError: Error, Sendable, MetadataFailure {
  /// No user of that name.
  case noSuchUser(String)
  /// No such access key, or it is another user's.
  case noSuchAccessKey(String)
  /// A user of that name (ignoring case) exists.
  case userExists(String)
  /// The user still has access keys.
  case userHasAccessKeys(String)
  /// A quota is reached: its IAM name and its value.
  case limitExceeded(quota: String, limit: Int)
  /// A value breaks IAM's rules: the parameter and what it must be.
  case invalid(parameter: String, value: String, rule: String)
  /// The key file or the root credentials cannot be used; the message says what to do.
  case configuration(String)
  /// Metadata failed.
  case metadata(MetadataError)

  package init(_ failure: MetadataError) { self = .metadata(failure) }

  /// Whether it passes once there is room on the disk.
  package var isForWantOfRoom: Bool {
    if case .metadata(let failure) = self { failure.code == .full } else { false }
  }
}
