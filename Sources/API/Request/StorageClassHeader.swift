package import HTTP
package import Objects

/// The storage class that a write asks for.
package enum StorageClassHeader {
  /// The classes that S3 has and this server does not store yet.
  private static let others: Set<String> = [
    "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE",
    "OUTPOSTS", "GLACIER_IR", "SNOW", "EXPRESS_ONEZONE", "FSX_OPENZFS", "FSX_ONTAP", "AWS_BACKUP_WARM",
    "AWS_BACKUP_LOW_COST_WARM",
  ]

  /// The class of the header, `.standard` without one.
  ///
  /// - Throws: InvalidStorageClass for a name that S3 does not have, NotImplemented for a class that is not
  ///   built: to store such an object as STANDARD would be to lie about it.
  package static func read(
    _ headers: HeaderFields, _ name: StaticString
  ) throws(S3Error) -> StorageClass {
    guard let text = headers.string(name) else { return .standard }
    if let known = StorageClass.allCases.first(where: { $0.name == text }) { return known }
    guard others.contains(text) else {
      throw S3Error(.invalidStorageClass, elements: [("StorageClassRequested", text)])
    }
    throw .notImplemented(header: "\(name)")
  }
}
