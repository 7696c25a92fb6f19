package import Objects

/// How a dialect writes storage classes. Each has names for those of the other: what one wrote, the other shows.
package enum ClassSpelling: Sendable {
  /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html>
  case s3
  /// <https://www.alibabacloud.com/help/en/oss/user-guide/overview-53/>
  case oss

  /// The name that is shown.
  package func name(of storageClass: StorageClass) -> StaticString {
    switch self {
    case .s3: storageClass.name
    case .oss: Self.ossName(of: storageClass)
    }
  }

  /// The class that a name asks for; nil for one that the dialect does not have. Where several classes share a name it
  /// is the dialect's own.
  package func storageClass(named name: some Collection<UInt8>) -> StorageClass? {
    let own: [StorageClass] =
      switch self {
      case .s3: Self.s3Classes
      case .oss: Self.ossClasses
      }
    return own.first { "\(self.name(of: $0))".utf8.elementsEqual(name) }
  }

  /// What S3's clients may ask for. Classes of other services that its API names (OUTPOSTS, SNOW, EXPRESS_ONEZONE,
  /// FSX_…) are none of a bucket here, as they are none of a general purpose bucket there.
  private static let s3Classes: [StorageClass] = [
    .standard, .standardIA, .glacierIR, .glacier, .deepArchive, .oneZoneIA, .intelligentTiering,
    .reducedRedundancy,
  ]

  private static let ossClasses: [StorageClass] = [.standard, .standardIA, .archive, .glacier, .deepArchive]

  private static func ossName(of storageClass: StorageClass) -> StaticString {
    switch storageClass {
    case .standard, .reducedRedundancy: "Standard"
    case .standardIA, .oneZoneIA, .intelligentTiering: "IA"
    case .archive, .glacierIR: "Archive"
    case .glacier: "ColdArchive"
    case .deepArchive: "DeepColdArchive"
    }
  }
}
