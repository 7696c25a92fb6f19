package import Metadata
package import Primitives
package import Volumes

/// Buckets, objects and uploads: composes `Metadata` and `Volumes` and owns the order of writes
/// (docs/ordering.md). Every operation runs on the ring of its caller.
package final class ObjectStore: Sendable {
  let metadata: any MetadataStore
  let volumes: VolumeStore
  package let limits: ObjectLimits

  init(metadata: any MetadataStore, volumes: VolumeStore, limits: ObjectLimits) {
    self.metadata = metadata
    self.volumes = volumes
    self.limits = limits
  }

  /// Reads the buckets and the volumes' accounts, and goes on with clean-ups that a crash interrupted.
  package static func open(
    metadata: any MetadataStore, volumes: VolumeStore, limits: ObjectLimits = ObjectLimits()
  ) async throws(ObjectError) -> ObjectStore {
    ObjectStore(metadata: metadata, volumes: volumes, limits: limits)
  }
}

extension ObjectStore {
  // MARK: Buckets

  /// Makes a bucket. Throws `.bucketAlreadyOwnedByYou` or `.bucketAlreadyExists`.
  package func createBucket(
    name: BucketName, owner: PrincipalID, region: String
  ) async throws(ObjectError) -> BucketInfo { throw .conflict }

  /// A bucket by its name, from memory. Throws `.noSuchBucket`.
  package func bucket(named name: String) throws(ObjectError) -> BucketInfo { throw .conflict }

  /// Deletes an empty bucket; its uploads are discarded. Throws `.bucketNotEmpty`, `.noSuchBucket`.
  package func deleteBucket(_ bucket: BucketInfo) async throws(ObjectError) { throw .conflict }

  package func listBuckets(_ request: ListBucketsRequest) throws(ObjectError) -> ListBucketsPage {
    throw .conflict
  }

  package func usage(of bucket: BucketInfo) async throws(ObjectError) -> BucketUsage { throw .conflict }

  // MARK: Objects

  /// Stores an object: durable when it returns. On any error nothing is stored.
  package func putObject(
    _ request: PutObjectRequest, body: any ObjectBody
  ) async throws(ObjectError) -> PutObjectResult { throw .conflict }

  /// What is known of an object (HEAD). Throws `.noSuchKey`.
  package func objectInfo(
    bucket: BucketInfo, key: ObjectKey
  ) async throws(ObjectError) -> ObjectInfo { throw .conflict }

  /// An object ready to be read; what it gives is of one version, whatever happens to the key meanwhile.
  package func openObject(
    bucket: BucketInfo, key: ObjectKey
  ) async throws(ObjectError) -> OpenObject { throw .conflict }

  /// Where part `number` (1 ... N) of an object lies. Of an object written at once part 1 is all of it.
  /// Throws `.invalidPartNumber`.
  package func objectPart(
    bucket: BucketInfo, key: ObjectKey, number: Int
  ) async throws(ObjectError) -> (info: ObjectInfo, part: ObjectPart) { throw .conflict }

  /// The parts of an object after `after`; of one written at once none.
  package func objectParts(
    bucket: BucketInfo, key: ObjectKey, after: Int, limit: Int
  ) async throws(ObjectError) -> (info: ObjectInfo, page: ObjectPartsPage) { throw .conflict }

  package func deleteObject(
    _ request: DeleteObjectRequest
  ) async throws(ObjectError) -> DeleteObjectResult { throw .conflict }

  /// Deletes many keys; the commits share syncs. One result for each request, in their order.
  package func deleteObjects(
    _ requests: [DeleteObjectRequest]
  ) async -> [Result<DeleteObjectResult, ObjectError>] { [] }

  package func copyObject(
    _ request: CopyObjectRequest
  ) async throws(ObjectError) -> CopyObjectResult { throw .conflict }

  package func listObjects(
    _ request: ListObjectsRequest
  ) async throws(ObjectError) -> ListObjectsPage { throw .conflict }

  // MARK: Multipart uploads

  package func createMultipartUpload(
    _ request: CreateMultipartUploadRequest
  ) async throws(ObjectError) -> UploadInfo { throw .conflict }

  package func uploadPart(
    _ request: UploadPartRequest, body: any ObjectBody
  ) async throws(ObjectError) -> PartInfo { throw .conflict }

  package func uploadPartCopy(
    _ request: UploadPartCopyRequest
  ) async throws(ObjectError) -> PartInfo { throw .conflict }

  package func completeMultipartUpload(
    _ request: CompleteMultipartUploadRequest
  ) async throws(ObjectError) -> CompleteMultipartUploadResult { throw .conflict }

  /// Throws `.noSuchUpload`, except right after the upload was completed.
  package func abortMultipartUpload(
    bucket: BucketInfo, key: ObjectKey, uploadID: String
  ) async throws(ObjectError) { throw .conflict }

  package func listParts(
    _ request: ListPartsRequest
  ) async throws(ObjectError) -> ListPartsPage { throw .conflict }

  package func listMultipartUploads(
    _ request: ListMultipartUploadsRequest
  ) async throws(ObjectError) -> ListMultipartUploadsPage { throw .conflict }
}
