import Objects
import Primitives

extension Dialect {
  /// Alibaba Cloud Object Storage Service, API version 2019-05-17.
  ///
  /// <https://www.alibabacloud.com/help/en/oss/developer-reference/list-of-operations-by-function>
  package static let oss = Dialect(
    name: "OSS", headers: .oss, router: OSSOperationTable.router,
    // Its clients take a document with a namespace for an empty one.
    xmlNamespace: nil, hasHexadecimalIDs: true, defaultRegion: "",
    listing: ListingSpelling(
      defaultKeys: 100, refusesMoreKeys: true, alwaysShowsNextMarker: true, showsType: true,
      showsChecksums: false, showsDisplayNames: true, echoesEmpty: true,
      ignoresEmptyMarkers: true, percentEncodesKeys: true, encodesTokens: true,
      showsEmptyTagSets: true),
    objects: ObjectSpelling(
      hasUpperCaseETags: true, checksumAlgorithm: .crc64ecma, decimalChecksum: "x-oss-hash-crc64ecma",
      type: "x-oss-object-type", nextAppendPosition: "x-oss-next-append-position",
      sealedTime: "x-oss-sealed-time", symlinkTarget: "x-oss-symlink-target",
      sequentialUpload: "sequential", showsContentMD5: true,
      showsETagsOfDocuments: true,
      bucketTagsStatus: 200, demandsIntegrity: false, uploadsKeepBucket: true,
      classes: .oss, showsStandardClass: true, locationPrefix: "oss-", ignoresRangesBehindEnd: true,
      allowsChunkedBodies: true),
    signatures: SignatureSpelling(service: .oss) { S3Error(oss: $0) }, forms: .oss,
    crossOrigin: .oss,
    flow: FlowSpelling(
      trafficLimit: "x-oss-traffic-limit", delay: "x-oss-qos-delay-time",
      overRate: "Max total qps limit is exceeded."),
    refusal: OSSErrors.refusal)
}

extension CrossOriginDocument.Form {
  /// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketcors>
  static let oss = CrossOriginDocument.Form(mostRules: 20, code: .invalidArgument, saysVary: true)
}

extension HeaderVocabulary {
  /// <https://www.alibabacloud.com/help/en/oss/developer-reference/common-http-headers>
  ///
  /// What OSS has no header for has a name here that no client sends.
  package static let oss = HeaderVocabulary(
    requestID: "x-oss-request-id", hostID: nil, bucketRegion: "x-oss-bucket-region",
    bucketARN: "x-oss-bucket-arn", accessPointAlias: "x-oss-access-point-alias",
    objectOwnership: "x-oss-object-ownership", expectedBucketOwner: "x-oss-expected-bucket-owner",
    expectedSourceOwner: "x-oss-source-expected-bucket-owner", acl: "x-oss-object-acl",
    ownerOnlyACLs: ["private", "default"], grants: [], metadataPrefix: "x-oss-meta-", metadataLimit: 8192,
    missingMetadata: "x-oss-missing-meta", defaultContentType: "application/octet-stream",
    storageClass: "x-oss-storage-class",
    archives: ArchiveHeaders(
      restore: "x-oss-restore", optionalAttributes: nil, priority: "x-oss-object-restore-priority"),
    redirectLocation: "x-oss-website-redirect-location",
    forbidOverwrite: "x-oss-forbid-overwrite", copySource: "x-oss-copy-source",
    copySourceRange: "x-oss-copy-source-range",
    copySourceConditions: ConditionHeaders(
      ifMatch: "x-oss-copy-source-if-match", ifNoneMatch: "x-oss-copy-source-if-none-match",
      ifModifiedSince: "x-oss-copy-source-if-modified-since",
      ifUnmodifiedSince: "x-oss-copy-source-if-unmodified-since", displayPrefix: "x-oss-copy-source-"),
    metadataDirective: "x-oss-metadata-directive",
    versions: VersionHeaders(
      versionID: "x-oss-version-id", deleteMarker: "x-oss-delete-marker",
      copySourceVersionID: "x-oss-copy-source-version-id", expiration: "x-oss-expiration",
      abortDate: nil, abortRuleID: nil),
    tags: TaggingHeaders(
      tagging: "x-oss-tagging", directive: "x-oss-tagging-directive", count: "x-oss-tagging-count"),
    objectLock: ObjectLockHeaders(
      isEnabled: "x-oss-bucket-object-worm-enabled", mode: "x-oss-object-worm-mode",
      retainUntil: "x-oss-object-worm-retain-until-date", legalHold: "x-oss-object-worm-legal-hold",
      bypassGovernance: "x-oss-bypass-governance-retention"),
    checksums: ChecksumHeaders(
      crc32: "x-oss-checksum-crc32", crc32c: "x-oss-checksum-crc32c",
      crc64nvme: "x-oss-checksum-crc64nvme", sha1: "x-oss-checksum-sha1", sha256: "x-oss-checksum-sha256"),
    checksumAlgorithm: "x-oss-checksum-algorithm", checksumType: "x-oss-checksum-type",
    checksumMode: "x-oss-checksum-mode", partsCount: "x-oss-mp-parts-count",
    completedSize: "x-oss-mp-object-size", objectAttributes: "x-oss-object-attributes",
    maxParts: "x-oss-max-parts", partNumberMarker: "x-oss-part-number-marker",
    renameSource: "x-oss-rename-source", requestRoute: "x-oss-request-route",
    refusedOnWrite: [
      "x-oss-server-side-encryption", "x-oss-server-side-encryption-key-id",
      "x-oss-server-side-data-encryption", "x-oss-callback",
    ],
    refusedOnRead: [], refusedOnDelete: [], completeAll: "x-oss-complete-all")
}
