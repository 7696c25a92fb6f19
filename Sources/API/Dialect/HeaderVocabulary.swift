/// The names of a dialect's own headers, all in lower case as requests are searched for them.
///
/// Standard headers (`ETag`, `Range`, …) are spelled alike everywhere and are not here.
package struct HeaderVocabulary: Sendable {
  // On every reply.
  package let requestID: StaticString
  package let hostID: StaticString
  // Buckets.
  package let bucketRegion: StaticString
  package let bucketARN: StaticString
  package let accessPointAlias: StaticString
  package let objectLockEnabled: StaticString
  package let objectOwnership: StaticString
  package let expectedBucketOwner: StaticString
  package let expectedSourceOwner: StaticString
  // Access control lists.
  package let acl: StaticString
  package let grants: [StaticString]
  // What is stored with an object.
  package let metadataPrefix: StaticString
  package let missingMetadata: StaticString
  package let storageClass: StaticString
  package let redirectLocation: StaticString
  // Copies.
  package let copySource: StaticString
  package let copySourceRange: StaticString
  package let copySourceConditions: ConditionHeaders
  package let metadataDirective: StaticString
  package let taggingDirective: StaticString
  // Checksums and parts.
  package let checksums: ChecksumHeaders
  package let checksumAlgorithm: StaticString
  package let checksumType: StaticString
  package let checksumMode: StaticString
  package let partsCount: StaticString
  package let completedSize: StaticString
  // GetObjectAttributes.
  package let objectAttributes: StaticString
  package let maxParts: StaticString
  package let partNumberMarker: StaticString
  // What recognises an operation beside its sub-resource.
  package let renameSource: StaticString
  package let requestRoute: StaticString
  /// Headers that ask a write for what is not built: answered 501, so that nobody believes in an encryption
  /// or a lock that is not there.
  package let refusedOnWrite: [StaticString]
  /// The same for reads.
  package let refusedOnRead: [StaticString]
  /// The same for deletes.
  package let refusedOnDelete: [StaticString]
}

/// The headers that carry checksums, one for each algorithm.
package struct ChecksumHeaders: Sendable {
  package let crc32: StaticString
  package let crc32c: StaticString
  package let crc64nvme: StaticString
  package let sha1: StaticString
  package let sha256: StaticString
}

/// The four headers of a conditional request, in the standard spelling or in that of a copy's source.
package struct ConditionHeaders: Sendable {
  package let ifMatch: StaticString
  package let ifNoneMatch: StaticString
  package let ifModifiedSince: StaticString
  package let ifUnmodifiedSince: StaticString
  /// What stands before `If-Match` and the like where an error names the condition that failed.
  package let displayPrefix: String

  /// RFC 9110 section 13.1.
  package static let standard = ConditionHeaders(
    ifMatch: "if-match", ifNoneMatch: "if-none-match", ifModifiedSince: "if-modified-since",
    ifUnmodifiedSince: "if-unmodified-since", displayPrefix: "")
}
