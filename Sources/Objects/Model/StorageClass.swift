/// A storage class (docs/decisions/0070). The numbers are part of the record format, and never given a second meaning:
/// what a client was told of an object stays so.
package enum StorageClass: UInt8, Hashable, Sendable, CaseIterable {
  case standard = 0
  case standardIA = 1
  /// Read at once, for all its name.
  case glacierIR = 2
  /// OSS's Archive.
  case archive = 3
  /// OSS's ColdArchive.
  case glacier = 4
  case deepArchive = 5
  case oneZoneIA = 6
  case intelligentTiering = 7
  case reducedRedundancy = 8

  /// The name in S3's spelling. OSS's Archive has none of its own there.
  package var name: StaticString {
    switch self {
    case .standard: "STANDARD"
    case .standardIA: "STANDARD_IA"
    case .glacierIR: "GLACIER_IR"
    case .archive, .glacier: "GLACIER"
    case .deepArchive: "DEEP_ARCHIVE"
    case .oneZoneIA: "ONEZONE_IA"
    case .intelligentTiering: "INTELLIGENT_TIERING"
    case .reducedRedundancy: "REDUCED_REDUNDANCY"
    }
  }

  /// Whether objects of it can be read only after they were restored.
  package var isArchive: Bool {
    switch self {
    case .archive, .glacier, .deepArchive: true
    case .standard, .standardIA, .glacierIR, .oneZoneIA, .intelligentTiering, .reducedRedundancy: false
    }
  }
}
