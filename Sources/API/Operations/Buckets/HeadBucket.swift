import HTTP
package import Objects
import Primitives

/// Whether a bucket exists and is the caller's to use. S3 `HeadBucket`; OSS clients use `GetBucketInfo`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>
package enum HeadBucket: Operation {
  package static let spec = OperationSpec(
    "HeadBucket", .head, .bucket, action: "s3:ListBucket", cost: .read, logName: "REST.HEAD.BUCKET",
    isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> BucketInfo { request.knownBucket }

  package static func encode(
    _ bucket: BucketInfo, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(200)
    head.add(request.names.bucketRegion, bucket.region)
    head.add(request.names.bucketARN, "arn:aws:s3:::\(bucket.name.string)")
    head.add(request.names.accessPointAlias, "false")
    head.add("Content-Type", "application/xml")
    return .complete(head)
  }
}
