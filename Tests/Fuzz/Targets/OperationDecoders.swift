import Primitives

@testable import API
@testable import HTTP

/// How each operation that is built reads its request, by the operation's name.
enum OperationDecoders {
  typealias Decode = @Sendable (APIRequest) throws(S3Error) -> Void

  /// Matches, reads the checksum headers and decodes, as the chain does for a bucket that exists.
  static func run(_ request: APIRequest) throws(S3Error) {
    let row = try OperationTable.router.match(
      request.head.method, request.target.scope, request.query, request.headers, request.dialect)
    request.spec = row.spec
    guard let decode = byName[row.spec.name] else { return }
    guard row.spec.makesBucket || request.target.bucket == nil || request.bucket != nil else { return }
    do throws(ChecksumError) {
      request.checksums = try ChecksumRequest.parse(
        request.headers, allowsPartCount: row.spec.body != .streaming)
    } catch {
      throw S3Error(error)
    }
    try decode(request)
  }

  /// The names of operations that have no decoder here.
  static var missing: [String] {
    OperationTable.implemented.map(\.spec.name).filter { byName[$0] == nil }
  }

  static let byName: [String: Decode] = Dictionary(
    [
      entry(ListBuckets.self), entry(CreateBucket.self), entry(HeadBucket.self), entry(DeleteBucket.self),
      entry(GetBucketLocation.self), entry(GetBucketVersioning.self), entry(PutObject.self),
      entry(GetObject.self), entry(HeadObject.self), entry(GetObjectAttributes.self),
      entry(DeleteObject.self), entry(DeleteObjects.self), entry(CopyObject.self), entry(ListObjects.self),
      entry(ListObjectsV2.self), entry(CreateMultipartUpload.self), entry(UploadPart.self),
      entry(UploadPartCopy.self), entry(CompleteMultipartUpload.self), entry(AbortMultipartUpload.self),
      entry(ListParts.self), entry(ListMultipartUploads.self), entry(PutBucketVersioning.self),
      entry(GetBucketTagging.self), entry(PutBucketTagging.self), entry(DeleteBucketTagging.self),
      entry(GetObjectLockConfiguration.self), entry(PutObjectLockConfiguration.self),
      entry(GetObjectTagging.self), entry(PutObjectTagging.self), entry(DeleteObjectTagging.self),
      entry(GetObjectRetention.self), entry(PutObjectRetention.self), entry(GetObjectLegalHold.self),
      entry(PutObjectLegalHold.self), entry(ListObjectVersions.self), entry(GetBucketCORS.self),
      entry(PutBucketCORS.self), entry(DeleteBucketCORS.self),
      entry(GetBucketLifecycleConfiguration.self), entry(PutBucketLifecycleConfiguration.self),
      entry(DeleteBucketLifecycle.self), entry(RestoreObject.self),
      // Its fields are read by the target `form`; here it is a form without any.
      entry(PostObject.self),
    ], uniquingKeysWith: { first, _ in first })

  private static func entry<O: API.Operation>(_ operation: O.Type) -> (String, Decode) {
    (O.spec.name, { request throws(S3Error) in _ = try O.decode(request) })
  }
}
