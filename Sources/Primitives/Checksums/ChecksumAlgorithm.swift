/// The checksums that are stored with an object: those of S3 ("Checking object integrity" in the AWS user guide) and
/// that of OSS. The raw values are in stored records: never renumber them.
package enum ChecksumAlgorithm: UInt8, CaseIterable, Sendable {
  case crc32 = 1
  case crc32c = 2
  case crc64nvme = 3
  case sha1 = 4
  case sha256 = 5
  /// CRC-64/XZ, which OSS clients verify. S3 does not have it.
  case crc64ecma = 6

  /// Those that clients of S3 can ask for and are shown.
  package static let s3: [ChecksumAlgorithm] = [.crc32, .crc32c, .crc64nvme, .sha1, .sha256]

  /// S3's name in XML and in `x-amz-checksum-algorithm`: `CRC32`, `CRC32C`, `CRC64NVME`, `SHA1`, `SHA256`.
  package var name: String {
    switch self {
    case .crc32: "CRC32"
    case .crc32c: "CRC32C"
    case .crc64nvme: "CRC64NVME"
    case .sha1: "SHA1"
    case .sha256: "SHA256"
    case .crc64ecma: "CRC64ECMA"
    }
  }

  /// What follows `x-amz-checksum-` in the name of the header: the name in lower case.
  package var headerSuffix: String {
    switch self {
    case .crc32: "crc32"
    case .crc32c: "crc32c"
    case .crc64nvme: "crc64nvme"
    case .sha1: "sha1"
    case .sha256: "sha256"
    case .crc64ecma: "crc64ecma"
    }
  }

  /// Length of the value in bytes.
  package var digestLength: Int {
    switch self {
    case .crc32, .crc32c: 4
    case .crc64nvme, .crc64ecma: 8
    case .sha1: 20
    case .sha256: 32
    }
  }

  /// Whether the checksum of a whole can be combined from those of its parts.
  package var isCRC: Bool {
    switch self {
    case .crc32, .crc32c, .crc64nvme, .crc64ecma: true
    case .sha1, .sha256: false
    }
  }

  /// S3's algorithm of that name, in any case; nil for an unknown name.
  package init?(name: String) {
    let lowercase = name.lowercased()
    guard let match = Self.s3.first(where: { $0.headerSuffix == lowercase }) else { return nil }
    self = match
  }
}
