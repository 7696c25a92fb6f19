import HTTP
package import Objects

/// Takes a bucket's lifecycle rules away. S3 and OSS `DeleteBucketLifecycle`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketlifecycle>
package enum DeleteBucketLifecycle: Operation {
  package static let spec = OperationSpec(
    "DeleteBucketLifecycle", .delete, .bucket, subresource: "lifecycle",
    action: "s3:PutLifecycleConfiguration", cost: .control, logName: "REST.DELETE.LIFECYCLE",
    errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setLifecycle(nil, of: request.knownBucket)
  }

  package static func encode(_ output: Void, _ input: Void, _ request: APIRequest) throws(S3Error) -> Reply {
    .complete(request.reply(204))
  }
}
