/// The `versionId` parameter, for buckets that have never had versioning: every object is the version `null`.
package enum VersionParameter {
  /// The version asked for: nil when none is, or when it is `null`, which is what there is.
  ///
  /// - Returns: another well-formed id otherwise; no object has it.
  /// - Throws: InvalidArgument when it is empty or cannot be a version id.
  package static func read(_ query: QueryParameters) throws(S3Error) -> String? {
    guard let version = try query.string("versionId") else { return nil }
    return try checked(version)
  }

  /// The same for a version id that comes from elsewhere.
  package static func checked(_ version: String) throws(S3Error) -> String? {
    guard !version.isEmpty else {
      throw .invalidArgument("versionId", "", "Version id cannot be the empty string")
    }
    guard version != "null" else { return nil }
    guard version.utf8.count <= 1024, version.utf8.allSatisfy(isVersionByte) else {
      throw .invalidArgument("versionId", version, "Invalid version id specified")
    }
    return version
  }

  private static func isVersionByte(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
