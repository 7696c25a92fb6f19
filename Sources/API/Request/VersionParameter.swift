package import Objects

/// The `versionId` parameter.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html>
package enum VersionParameter {
  /// The version asked for; nil when none is.
  ///
  /// - Throws: InvalidArgument when it is empty or cannot be a version id.
  package static func read(_ query: QueryParameters) throws(S3Error) -> VersionLabel? {
    guard let text = try query.string("versionId") else { return nil }
    return try label(text)
  }

  /// The same for a version id that comes from elsewhere.
  package static func label(_ text: String) throws(S3Error) -> VersionLabel {
    guard !text.isEmpty else {
      throw .invalidArgument("versionId", "", "Version id cannot be the empty string")
    }
    guard let label = VersionLabel(text: text) else {
      throw .invalidArgument("versionId", text, "Invalid version id specified")
    }
    return label
  }

  /// Refuses it where a new version is written, whose id the server gives.
  ///
  /// - Throws: InvalidArgument.
  package static func refuse(_ query: QueryParameters) throws(S3Error) {
    guard query.count > 0, let text = try query.string("versionId") else { return }
    throw .invalidArgument("versionId", text, "This operation does not accept a version-id.")
  }
}
