extension Dialect {
  /// Amazon S3, REST XML, API version 2006-03-01.
  ///
  /// <https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html>
  package static let s3 = Dialect(
    name: "S3", headers: .s3, router: OperationTable.router,
    xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/", hasHexadecimalIDs: false,
    defaultRegion: "us-east-1",
    listing: ListingSpelling(
      defaultKeys: 1000, refusesMoreKeys: false, alwaysShowsNextMarker: false, showsType: false,
      showsChecksums: true, showsDisplayNames: false, echoesEmpty: false,
      ignoresEmptyMarkers: false, percentEncodesKeys: false, encodesTokens: false,
      showsEmptyTagSets: false),
    objects: ObjectSpelling(
      hasUpperCaseETags: false, checksumAlgorithm: nil, decimalChecksum: nil, type: nil,
      nextAppendPosition: nil, sealedTime: nil, symlinkTarget: nil, sequentialUpload: nil,
      showsContentMD5: false,
      showsETagsOfDocuments: false,
      bucketTagsStatus: 204, demandsIntegrity: true,
      uploadsKeepBucket: false,
      classes: .s3, showsStandardClass: false, locationPrefix: "", ignoresRangesBehindEnd: false,
      allowsChunkedBodies: false),
    signatures: SignatureSpelling(service: .s3) { S3Error($0) }, forms: .s3,
    crossOrigin: .s3, flow: FlowSpelling(trafficLimit: nil, delay: nil, overRate: nil),
    refusal: ErrorDocument.refusal)
}

extension CrossOriginDocument.Form {
  /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSConfiguration.html>
  static let s3 = CrossOriginDocument.Form(mostRules: 100, code: .invalidRequest, saysVary: false)
}

extension HeaderVocabulary {
  /// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonRequestHeaders.html>
  package static let s3 = HeaderVocabulary(
    requestID: "x-amz-request-id", hostID: "x-amz-id-2", bucketRegion: "x-amz-bucket-region",
    bucketARN: "x-amz-bucket-arn", accessPointAlias: "x-amz-access-point-alias",
    objectOwnership: "x-amz-object-ownership", expectedBucketOwner: "x-amz-expected-bucket-owner",
    expectedSourceOwner: "x-amz-source-expected-bucket-owner", acl: "x-amz-acl",
    ownerOnlyACLs: ["private", "bucket-owner-full-control"],
    grants: [
      "x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp", "x-amz-grant-write",
      "x-amz-grant-write-acp",
    ],
    metadataPrefix: "x-amz-meta-", metadataLimit: 2048, missingMetadata: "x-amz-missing-meta",
    defaultContentType: "binary/octet-stream", storageClass: "x-amz-storage-class",
    archives: ArchiveHeaders(
      restore: "x-amz-restore", optionalAttributes: "x-amz-optional-object-attributes", priority: nil),
    redirectLocation: "x-amz-website-redirect-location", forbidOverwrite: nil,
    copySource: "x-amz-copy-source", copySourceRange: "x-amz-copy-source-range",
    copySourceConditions: ConditionHeaders(
      ifMatch: "x-amz-copy-source-if-match", ifNoneMatch: "x-amz-copy-source-if-none-match",
      ifModifiedSince: "x-amz-copy-source-if-modified-since",
      ifUnmodifiedSince: "x-amz-copy-source-if-unmodified-since", displayPrefix: "x-amz-copy-source-"),
    metadataDirective: "x-amz-metadata-directive",
    versions: VersionHeaders(
      versionID: "x-amz-version-id", deleteMarker: "x-amz-delete-marker",
      copySourceVersionID: "x-amz-copy-source-version-id", expiration: "x-amz-expiration",
      abortDate: "x-amz-abort-date", abortRuleID: "x-amz-abort-rule-id"),
    tags: TaggingHeaders(
      tagging: "x-amz-tagging", directive: "x-amz-tagging-directive", count: "x-amz-tagging-count"),
    objectLock: ObjectLockHeaders(
      isEnabled: "x-amz-bucket-object-lock-enabled", mode: "x-amz-object-lock-mode",
      retainUntil: "x-amz-object-lock-retain-until-date", legalHold: "x-amz-object-lock-legal-hold",
      bypassGovernance: "x-amz-bypass-governance-retention"),
    checksums: ChecksumHeaders(
      crc32: "x-amz-checksum-crc32", crc32c: "x-amz-checksum-crc32c",
      crc64nvme: "x-amz-checksum-crc64nvme", sha1: "x-amz-checksum-sha1",
      sha256: "x-amz-checksum-sha256"),
    checksumAlgorithm: "x-amz-checksum-algorithm", checksumType: "x-amz-checksum-type",
    checksumMode: "x-amz-checksum-mode", partsCount: "x-amz-mp-parts-count",
    completedSize: "x-amz-mp-object-size", objectAttributes: "x-amz-object-attributes",
    maxParts: "x-amz-max-parts", partNumberMarker: "x-amz-part-number-marker",
    renameSource: "x-amz-rename-source", requestRoute: "x-amz-request-route",
    refusedOnWrite: [
      "x-amz-server-side-encryption", "x-amz-server-side-encryption-customer-algorithm",
      "x-amz-server-side-encryption-customer-key", "x-amz-server-side-encryption-aws-kms-key-id",
      "x-amz-copy-source-server-side-encryption-customer-algorithm", "x-amz-object-lock-event-hold",
      "x-amz-write-offset-bytes",
    ],
    refusedOnRead: ["x-amz-server-side-encryption-customer-algorithm"],
    refusedOnDelete: ["x-amz-if-match-last-modified-time", "x-amz-if-match-size"])
}
