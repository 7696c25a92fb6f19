/// The names of a dialect's own headers, all in lower case as requests are searched for them.
///
/// Standard headers (`ETag`, `Range`, …) are spelled alike everywhere and are not here. Immutable; boxed because
/// it is large.
package final class HeaderVocabulary: Sendable {
  // On every reply.
  package let requestID: StaticString
  /// Nil in a dialect that has none.
  package let hostID: StaticString?
  // Buckets.
  package let bucketRegion: StaticString
  package let bucketARN: StaticString
  package let accessPointAlias: StaticString
  package let objectOwnership: StaticString
  package let expectedBucketOwner: StaticString
  package let expectedSourceOwner: StaticString
  // Access control lists.
  package let acl: StaticString
  /// The words of `acl` that mean what every object has: all to the bucket's owner.
  package let ownerOnlyACLs: [StaticString]
  package let grants: [StaticString]
  // What is stored with an object.
  package let metadataPrefix: StaticString
  /// Bytes of all names of user metadata, without their prefix, and all values.
  package let metadataLimit: Int
  package let missingMetadata: StaticString
  /// What an object without a Content-Type is served as.
  package let defaultContentType: StaticString
  package let storageClass: StaticString
  package let redirectLocation: StaticString
  /// Asks a write not to replace an object; nil in a dialect that has `If-None-Match` only.
  package let forbidOverwrite: StaticString?
  package let archives: ArchiveHeaders
  // Copies.
  package let copySource: StaticString
  package let copySourceRange: StaticString
  package let copySourceConditions: ConditionHeaders
  package let metadataDirective: StaticString
  // Versions, tags, locks.
  package let versions: VersionHeaders
  package let tags: TaggingHeaders
  package let objectLock: ObjectLockHeaders
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
  /// that is not there.
  package let refusedOnWrite: [StaticString]
  /// The same for reads.
  package let refusedOnRead: [StaticString]
  /// The same for deletes.
  package let refusedOnDelete: [StaticString]
  /// Parameters that ask a read or a write for what is not built.
  package let refusedParameters: [StaticString]
  /// Completes an upload with all of its parts; nil in a dialect that wants them listed.
  package let completeAll: StaticString?

  init(
    requestID: StaticString, hostID: StaticString?, bucketRegion: StaticString, bucketARN: StaticString,
    accessPointAlias: StaticString, objectOwnership: StaticString, expectedBucketOwner: StaticString,
    expectedSourceOwner: StaticString, acl: StaticString, ownerOnlyACLs: [StaticString],
    grants: [StaticString], metadataPrefix: StaticString, metadataLimit: Int, missingMetadata: StaticString,
    defaultContentType: StaticString, storageClass: StaticString, archives: ArchiveHeaders,
    redirectLocation: StaticString,
    forbidOverwrite: StaticString?, copySource: StaticString, copySourceRange: StaticString,
    copySourceConditions: ConditionHeaders, metadataDirective: StaticString, versions: VersionHeaders,
    tags: TaggingHeaders, objectLock: ObjectLockHeaders, checksums: ChecksumHeaders,
    checksumAlgorithm: StaticString, checksumType: StaticString, checksumMode: StaticString,
    partsCount: StaticString, completedSize: StaticString, objectAttributes: StaticString,
    maxParts: StaticString, partNumberMarker: StaticString, renameSource: StaticString,
    requestRoute: StaticString, refusedOnWrite: [StaticString], refusedOnRead: [StaticString],
    refusedOnDelete: [StaticString], refusedParameters: [StaticString] = [],
    completeAll: StaticString? = nil
  ) {
    self.requestID = requestID
    self.hostID = hostID
    self.bucketRegion = bucketRegion
    self.bucketARN = bucketARN
    self.accessPointAlias = accessPointAlias
    self.objectOwnership = objectOwnership
    self.expectedBucketOwner = expectedBucketOwner
    self.expectedSourceOwner = expectedSourceOwner
    self.acl = acl
    self.ownerOnlyACLs = ownerOnlyACLs
    self.grants = grants
    self.metadataPrefix = metadataPrefix
    self.metadataLimit = metadataLimit
    self.missingMetadata = missingMetadata
    self.defaultContentType = defaultContentType
    self.storageClass = storageClass
    self.archives = archives
    self.redirectLocation = redirectLocation
    self.forbidOverwrite = forbidOverwrite
    self.copySource = copySource
    self.copySourceRange = copySourceRange
    self.copySourceConditions = copySourceConditions
    self.metadataDirective = metadataDirective
    self.versions = versions
    self.tags = tags
    self.objectLock = objectLock
    self.checksums = checksums
    self.checksumAlgorithm = checksumAlgorithm
    self.checksumType = checksumType
    self.checksumMode = checksumMode
    self.partsCount = partsCount
    self.completedSize = completedSize
    self.objectAttributes = objectAttributes
    self.maxParts = maxParts
    self.partNumberMarker = partNumberMarker
    self.renameSource = renameSource
    self.requestRoute = requestRoute
    self.refusedOnWrite = refusedOnWrite
    self.refusedOnRead = refusedOnRead
    self.refusedOnDelete = refusedOnDelete
    self.refusedParameters = refusedParameters
    self.completeAll = completeAll
  }
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
