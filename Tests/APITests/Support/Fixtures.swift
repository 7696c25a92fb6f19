import Primitives

@testable import Objects

/// Objects and results as the object store would give them.
enum Fixture {
  static let etag = ETag(md5: (0..<16).map { UInt8($0) })
  static let tag = "000102030405060708090a0b0c0d0e0f"
  static let multipartETag = ETag(md5: (0..<16).map { UInt8($0) }, partCount: 3)
  static let crc = ObjectChecksum(algorithm: .crc32, type: .fullObject, value: [0x47, 0xF9, 0xCD, 0x39])
  static let composite = ObjectChecksum(
    algorithm: .crc32, type: .composite, value: [0x47, 0xF9, 0xCD, 0x39], partCount: 3)
  static let version = VersionID(rawValue: 1)

  static func info(
    size: UInt64 = 10, etag: ETag = etag, checksum: ObjectChecksum? = crc,
    system: SystemMetadata = SystemMetadata(), user: UserMetadata = UserMetadata(),
    isNullVersion: Bool = true, tags: TagSet = TagSet(), retention: Retention? = nil, legalHold: Bool? = nil
  ) -> ObjectInfo {
    ObjectInfo(
      key: key("k"), version: version, size: size, etag: etag, lastModified: testTime,
      storageClass: .standard, system: system, user: user, checksum: checksum, owner: testOwner,
      isNullVersion: isNullVersion, tags: tags, retention: retention, legalHold: legalHold)
  }

  static func part(_ number: Int, size: UInt64 = 5 << 20, checksum: ObjectChecksum? = crc) -> PartInfo {
    PartInfo(number: number, size: size, etag: etag, lastModified: testTime, checksum: checksum)
  }

  static func upload(
    _ name: String = "k", algorithm: ChecksumAlgorithm? = nil, type: ChecksumType? = nil
  ) -> UploadInfo {
    UploadInfo(
      id: UploadID(created: 0x19B7_C3A9_0001, random: 0xFEED_FACE_CAFE_BEEF), key: key(name),
      owner: testOwner, initiated: testTime, storageClass: .standard, checksumAlgorithm: algorithm,
      checksumType: type, system: SystemMetadata(), user: UserMetadata())
  }

  /// A page of keys and, where they end in the mark `*`, common prefixes.
  static func page(_ names: [String], isTruncated: Bool = false, next: String? = nil) -> ListObjectsPage {
    var page = ListObjectsPage()
    page.owners = [testOwner]
    for name in names {
      let isPrefix = name.hasSuffix("*")
      let bytes = Array((isPrefix ? String(name.dropLast()) : name).utf8)
      page.entries.append(
        ListObjectsPage.Entry(
          isPrefix: isPrefix, kind: .ordinary, storageClass: .standard, checksumAlgorithm: .crc64nvme,
          checksumType: .fullObject, keyStart: UInt32(page.keyBytes.count), keyCount: UInt32(bytes.count),
          owner: 0, size: 10, etag: etag, lastModified: testTime, version: version))
      page.keyBytes += bytes
    }
    page.isTruncated = isTruncated
    page.next = next.map { Array($0.utf8) }
    return page
  }
}
