package import Metadata
package import Primitives

/// Everything an operation on buckets, objects and uploads can fail with. Closed: each dialect maps it
/// exhaustively. The values are what the dialects' error documents show.
package enum ObjectError: Error, Sendable {
  // Buckets
  case noSuchBucket(name: String)
  /// The name belongs to somebody else.
  case bucketAlreadyExists(name: String)
  /// The name belongs to who asks. Holds the bucket: some regions of S3 answer as if it had been made.
  case bucketAlreadyOwnedByYou(BucketInfo)
  case bucketNotEmpty(name: String)
  /// Nothing lies in the bucket, but it cannot be deleted while something else needs it.
  case bucketInUse(name: String, BucketUse)
  case noSuchView(name: String)
  case viewAlreadyExists(name: String)
  /// A bucket has as many views as it may have.
  case tooManyViews(limit: Int)
  case noSuchRestoreJob(id: String)
  /// A restore that is not over works on some of the same keys.
  case restoreUnderWay(id: String)
  /// What was asked for does not go with the bucket's versioning or Object Lock.
  case invalidBucketState(BucketStateConflict)
  /// What was asked for does not go with the bucket's WORM policy, or with its having none.
  case worm(BucketWormConflict)

  // Objects
  case noSuchKey(ObjectKey)
  /// `version` as the client named it.
  case noSuchVersion(ObjectKey, version: VersionLabel)
  /// The key's current version is a delete marker, or the version asked for is one.
  case deleteMarker(DeleteMarkerInfo)
  /// An append, or a seal, at another place than the object's end, which is at `next`.
  case positionNotEqualToLength(next: UInt64)
  /// The object was not begun by an append, or it was sealed.
  case objectNotAppendable(ObjectKey)
  /// What a symbolic link stands for is not there.
  case noSymlinkTarget(ObjectKey)
  /// What a symbolic link stands for is one itself.
  case symlinkToSymlink(ObjectKey)
  case notSymlink(ObjectKey)
  /// Retention or a legal hold forbids it.
  case locked(ObjectKey)
  /// The bucket's WORM policy forbids it.
  case immutable(ObjectKey)
  /// The object is of an archive and not restored.
  case archived(ObjectKey, StorageClass)
  /// A restore of an object that is of no archive.
  case notArchived(ObjectKey, StorageClass)
  /// A restore of an object whose restore is not done.
  case restoreUnderWayAlready(ObjectKey)
  /// There is no restore to end.
  case notRestored(ObjectKey)
  /// The restore that is to end is not done.
  case restoreNotDone(ObjectKey)
  case restoreRefused(RestoreRefusal)
  /// The bucket has no Object Lock.
  case objectLockMissing
  /// No retention, or legal hold, was ever set.
  case noObjectLockOnVersion(ObjectKey)
  /// A moment of which not everything is kept any more. `earliest` is the first of which it is; nil: none before now.
  case notRestorable(asOf: Moment, earliest: Moment?)
  /// A moment that has not come yet.
  case momentInFuture(Moment)
  case preconditionFailed(FailedCondition)
  /// A PUT or part above `ObjectLimits.largestUpload`; `proposed` is nil when the length was not announced.
  case entityTooLarge(proposed: UInt64?, maximum: UInt64)
  /// The body ended early or went on for longer than announced.
  case incompleteBody(expected: UInt64, provided: UInt64)
  case contentMD5Mismatch(expected: [UInt8], calculated: [UInt8])
  case checksumMismatch(ChecksumAlgorithm)
  /// GET, HEAD or attributes of a part that the object does not have.
  case invalidPartNumber(requested: Int, actual: Int)

  // Copies
  case copySourceTooLarge(size: UInt64, maximum: UInt64)
  case copyOntoItselfUnchanged
  /// A range of UploadPartCopy that is not wholly inside the source.
  case copyRangeOutOfBounds(sourceSize: UInt64)

  // Multipart uploads
  case noSuchUpload(id: String)
  /// Not within 1 ... `maximum`.
  case partNumberOutOfRange(number: Int, maximum: Int)
  /// A part of a sequential upload that does not follow the last one, and is not the last one again.
  case partNotSequential(number: Int)
  /// Complete named no part at all.
  case noParts
  /// A part of Complete that was not uploaded or has another ETag or checksum; `etag` as the client sent it.
  case invalidPart(uploadID: String, number: Int, etag: String)
  case invalidPartOrder(uploadID: String, number: Int, etag: String)
  case partTooSmall(proposed: UInt64, minimum: UInt64, number: Int, etag: ETag)
  /// A part's algorithm is not its upload's (nil: none was declared, or none was sent).
  case checksumAlgorithmMismatch(expected: ChecksumAlgorithm?, actual: ChecksumAlgorithm?)
  /// Complete named another type than the upload was created with.
  case checksumTypeMismatch(created: ChecksumType)
  /// Complete of a composite upload without the checksum of this part.
  case partChecksumMissing(ChecksumAlgorithm, number: Int)
  case checksumTypeUnsupported(ChecksumAlgorithm, ChecksumType)
  case checksumTypeWithoutAlgorithm
  /// `x-amz-mp-object-size` is not the sum of the parts.
  case objectSizeMismatch(declared: UInt64, actual: UInt64)
  case invalidUploadIDMarker(String)

  // Neither the client nor the disk
  /// What the operation had read kept changing under it; asking again may work.
  case conflict
  /// The body could not be read.
  case body(ObjectBodyError)
  /// The storage below failed. Boxed: it is wide, and rare.
  indirect case storage(StorageFailure)
}

extension ObjectError: MetadataFailure {
  package init(_ failure: MetadataError) {
    let code: StorageFailure.Code =
      switch failure.code {
      case .corruption, .format, .stale: .damaged
      case .full: .full
      case .io: .io
      case .closed, .locked: .closed
      case .overloaded: .overloaded
      }
    var problem = StorageFailure(code, failure.description)
    problem.mayHaveCommitted = failure.mayHaveCommitted
    self = .storage(problem)
  }
}
