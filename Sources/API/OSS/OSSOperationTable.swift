/// Every operation of OSS: the ones that are built and the ones that are declared.
///
/// Most are S3's own rows, under the name that OSS has for them; where the meaning or the document is another one the
/// row is OSS's.
package enum OSSOperationTable {
  /// The operations that are built, by folder.
  package static let implemented: [OperationRow] = [
    OperationRow(OSSListBuckets.self),
    OperationRow(DescribeRegions.self),
    OperationRow(OSSPutBucket.self),
    OperationRow(HeadBucket.self),
    OperationRow(DeleteBucket.self),
    OperationRow(GetBucketInfo.self),
    OperationRow(GetBucketStat.self),
    OperationRow(GetBucketLocation.self),
    OperationRow(OSSGetBucketACL.self),
    OperationRow(OSSPutBucketACL.self),
    OperationRow(GetBucketVersioning.self),
    OperationRow(PutBucketVersioning.self),
    OperationRow(GetBucketTagging.self, as: "GetBucketTags", unmet: [.noSuchTagSet]),
    OperationRow(PutBucketTagging.self, as: "PutBucketTags"),
    OperationRow(DeleteBucketTagging.self, as: "DeleteBucketTags"),
    OperationRow(OSSGetBucketCORS.self),
    OperationRow(OSSPutBucketCORS.self),
    OperationRow(DeleteBucketCORS.self),
    Preflight.row,
    OperationRow(GetBucketReferer.self),
    OperationRow(PutBucketReferer.self),
    OperationRow(GetBucketPublicAccessBlock.self),
    OperationRow(PutBucketPublicAccessBlock.self),
    OperationRow(OSSGetBucketPolicyStatus.self),
    OperationRow(OSSGetBucketRequestPayment.self),
    OperationRow(OSSPutBucketRequestPayment.self),
    OperationRow(InitiateBucketWorm.self),
    OperationRow(AbortBucketWorm.self),
    OperationRow(CompleteBucketWorm.self),
    OperationRow(ExtendBucketWorm.self),
    OperationRow(GetBucketWorm.self),
    OperationRow(GetBucketObjectWormConfiguration.self),
    OperationRow(PutBucketObjectWormConfiguration.self),
    OperationRow(
      PutObject.self, unmet: [.invalidChunkSize, .malformedTrailer], ownCodes: ["FileAlreadyExists"]),
    OperationRow(
      GetObject.self, unmet: [.notImplemented], ownCodes: ["InvalidTargetType", "SymlinkTargetNotExist"]),
    OperationRow(HeadObject.self, ownCodes: ["InvalidTargetType", "SymlinkTargetNotExist"]),
    OperationRow(GetObjectMeta.self),
    OperationRow(DeleteObject.self, unmet: [.notImplemented]),
    OperationRow(DeleteObjects.self, as: "DeleteMultipleObjects"),
    OperationRow(CopyObject.self, ownCodes: ["FileAlreadyExists"]),
    OperationRow(AppendObject.self),
    OperationRow(SealAppendObject.self),
    OperationRow(PutSymlink.self, ownCodes: ["FileAlreadyExists"]),
    OperationRow(GetSymlink.self),
    OperationRow(OSSGetObjectACL.self),
    OperationRow(OSSPutObjectACL.self),
    OperationRow(GetObjectTagging.self),
    OperationRow(PutObjectTagging.self),
    OperationRow(DeleteObjectTagging.self),
    OperationRow(GetObjectRetention.self),
    OperationRow(PutObjectRetention.self),
    OperationRow(OSSGetObjectLegalHold.self),
    OperationRow(OSSPutObjectLegalHold.self),
    OperationRow(ListObjects.self),
    OperationRow(ListObjectsV2.self),
    OperationRow(ListObjectVersions.self),
    OperationRow(CreateMultipartUpload.self, as: "InitiateMultipartUpload"),
    OperationRow(UploadPart.self, ownCodes: ["PartNotSequential"]),
    OperationRow(UploadPartCopy.self),
    OperationRow(CompleteMultipartUpload.self, ownCodes: ["FileAlreadyExists"]),
    OperationRow(AbortMultipartUpload.self),
    OperationRow(ListParts.self),
    OperationRow(ListMultipartUploads.self),
  ]

  /// All of them.
  package static let rows: [OperationRow] = implemented + OSSNotImplemented.rows

  /// The router over all rows.
  package static let router = Router(rows)
}
