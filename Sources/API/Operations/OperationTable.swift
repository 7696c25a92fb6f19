/// Every operation of S3: the ones that are built and the ones that are declared.
package enum OperationTable {
  /// The operations that are built, by folder.
  package static let implemented: [OperationRow] = [
    OperationRow(ListBuckets.self),
    OperationRow(CreateBucket.self),
    OperationRow(HeadBucket.self),
    OperationRow(DeleteBucket.self),
    OperationRow(GetBucketLocation.self),
    OperationRow(GetBucketVersioning.self),
    OperationRow(PutBucketVersioning.self),
    OperationRow(GetBucketTagging.self),
    OperationRow(PutBucketTagging.self),
    OperationRow(DeleteBucketTagging.self),
    OperationRow(GetBucketCORS.self),
    OperationRow(PutBucketCORS.self),
    OperationRow(DeleteBucketCORS.self),
    OperationRow(GetBucketLifecycleConfiguration.self),
    OperationRow(PutBucketLifecycleConfiguration.self),
    OperationRow(DeleteBucketLifecycle.self),
    OperationRow(GetObjectLockConfiguration.self),
    OperationRow(PutObjectLockConfiguration.self),
    OperationRow(PutObject.self),
    OperationRow(PostObject.self),
    OperationRow(GetObject.self),
    OperationRow(HeadObject.self),
    OperationRow(GetObjectAttributes.self),
    OperationRow(DeleteObject.self),
    OperationRow(DeleteObjects.self),
    OperationRow(CopyObject.self),
    OperationRow(GetObjectTagging.self),
    OperationRow(PutObjectTagging.self),
    OperationRow(DeleteObjectTagging.self),
    OperationRow(GetObjectRetention.self),
    OperationRow(PutObjectRetention.self),
    OperationRow(GetObjectLegalHold.self),
    OperationRow(PutObjectLegalHold.self),
    OperationRow(RestoreObject.self),
    OperationRow(ListObjects.self),
    OperationRow(ListObjectsV2.self),
    OperationRow(ListObjectVersions.self),
    OperationRow(CreateMultipartUpload.self),
    OperationRow(UploadPart.self),
    OperationRow(UploadPartCopy.self),
    OperationRow(CompleteMultipartUpload.self),
    OperationRow(AbortMultipartUpload.self),
    OperationRow(ListParts.self),
    OperationRow(ListMultipartUploads.self),
  ]

  /// All of them.
  package static let rows: [OperationRow] = implemented + NotImplementedOperations.rows

  /// The router over all rows.
  package static let router = Router(rows)
}
