/// The rules of the AWS user guide, "Bucket naming rules", for general purpose buckets.
enum BucketNameRules {
  /// Beginnings that AWS reserves.
  static let reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"]
  /// Endings that AWS reserves for access points, directory and table buckets.
  static let reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]

  /// Throws the first rule that `name` breaks.
  static func check(_ name: String) throws(InvalidBucketName) {
    let bytes = Array(name.utf8)
    guard (3...63).contains(bytes.count) else { throw .length(bytes.count) }
    guard bytes.allSatisfy(isCharacter) else { throw .character }
    guard let first = bytes.first, let last = bytes.last, isAlphanumeric(first), isAlphanumeric(last) else {
      throw .edge
    }
    for index in 1..<bytes.count where bytes[index] == period && bytes[index - 1] == period {
      throw .adjacentPeriods
    }
    if looksLikeAddress(bytes) { throw .addressLike }
    for prefix in reservedPrefixes where bytes.starts(with: prefix.utf8) { throw .reserved(prefix) }
    for suffix in reservedSuffixes where bytes.reversed().starts(with: suffix.utf8.reversed()) {
      throw .reserved(suffix)
    }
  }

  /// Whether a bucket name of any age may hold `byte`.
  static func isLegacyCharacter(_ byte: UInt8) -> Bool {
    isCharacter(byte) || byte == 0x5F || (0x41...0x5A).contains(byte)
  }

  private static let period: UInt8 = 0x2E

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }

  private static func isCharacter(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == period || byte == 0x2D
  }

  /// Four groups of one to three digits. The values are not judged: 999.1.1.1 confuses people as well.
  private static func looksLikeAddress(_ bytes: [UInt8]) -> Bool {
    let groups = bytes.split(separator: period, omittingEmptySubsequences: false)
    return groups.count == 4
      && groups.allSatisfy { group in
        (1...3).contains(group.count) && group.allSatisfy { (0x30...0x39).contains($0) }
      }
  }
}
