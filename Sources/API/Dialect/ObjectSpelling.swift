package import Objects
package import Primitives

/// What a dialect shows and stores of objects, beyond names.
package struct ObjectSpelling: Sendable {
  /// Whether the hexadecimal digits of entity tags are capitals.
  package let hasUpperCaseETags: Bool
  /// The checksum that a write stores when the request names none; nil leaves it to the store.
  package let checksumAlgorithm: ChecksumAlgorithm?
  /// The header that shows that checksum in decimal to everybody; nil: checksums are shown to who asks for them.
  package let decimalChecksum: StaticString?
  /// The header of an object's type (`Normal`, `Multipart`, `Appendable`); nil for none.
  package let type: StaticString?
  /// Where the next append to an object begins, and since when nothing can be appended; nil in a dialect without.
  package let nextAppendPosition: StaticString?
  package let sealedTime: StaticString?
  /// What a symbolic link stands for, percent-encoded; nil in a dialect without links.
  package let symlinkTarget: StaticString?
  /// The parameter that asks for an upload whose parts come in order; nil in a dialect without.
  package let sequentialUpload: StaticString?
  /// Whether `Content-MD5` is told of what was written or is read whole.
  package let showsContentMD5: Bool
  /// Whether an entity tag that a document tells is in a header too.
  package let showsETagsOfDocuments: Bool
  /// The status of a bucket's tags that were set.
  package let bucketTagsStatus: Int
  /// Whether documents that set something must come with a header that vouches for them.
  package let demandsIntegrity: Bool
  /// Whether uploads in progress keep their bucket from being deleted.
  package let uploadsKeepBucket: Bool
  /// The names of storage classes.
  package let classes: ClassSpelling
  /// Whether `STANDARD` is told too; S3 is silent about it.
  package let showsStandardClass: Bool
  /// What stands in front of a region where a location is told.
  package let locationPrefix: StaticString
  /// Whether a range that begins behind the object's end is served with all of it, unless the request asks for the
  /// standard's behaviour.
  package let ignoresRangesBehindEnd: Bool
  /// Whether the body of an object may come without a length, in chunked transfer coding.
  package let allowsChunkedBodies: Bool
}

extension Dialect {
  /// An entity tag without quotes.
  package func text(_ etag: ETag) -> String {
    objects.hasUpperCaseETags ? etag.text.uppercased() : etag.text
  }

  /// An entity tag, quoted, for documents.
  package func quoted(_ etag: ETag) -> String { "\"\(text(etag))\"" }

  /// Appends an entity tag without quotes.
  package func append(_ etag: ETag, to bytes: inout [UInt8]) {
    let start = bytes.count
    etag.append(to: &bytes)
    guard objects.hasUpperCaseETags else { return }
    for index in start..<bytes.count where bytes[index] >= UInt8(ascii: "a") { bytes[index] -= 0x20 }
  }

  /// How a storage class is written.
  package func name(of storageClass: StorageClass) -> StaticString {
    objects.classes.name(of: storageClass)
  }

  /// A checksum that documents of the dialect may show; nil for others.
  package func shown(_ checksum: ObjectChecksum?) -> ObjectChecksum? {
    checksum.flatMap { shown($0.algorithm) == nil ? nil : $0 }
  }

  /// An algorithm that documents of the dialect may name; nil for others.
  package func shown(_ algorithm: ChecksumAlgorithm?) -> ChecksumAlgorithm? {
    guard listing.showsChecksums, let algorithm, algorithm != .crc64ecma else { return nil }
    return algorithm
  }
}

extension ObjectKind {
  /// How OSS calls an object of this kind with this tag.
  package func typeName(_ etag: ETag) -> StaticString {
    switch self {
    case .ordinary: etag.partNumberCount > 0 ? "Multipart" : "Normal"
    case .appendable: "Appendable"
    case .symlink: "Symlink"
    }
  }
}
