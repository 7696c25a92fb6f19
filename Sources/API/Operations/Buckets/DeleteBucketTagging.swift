import HTTP
package import Objects

/// Takes all tags off a bucket. S3 `DeleteBucketTagging`, OSS `DeleteBucketTags`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deletebuckettags>
package enum DeleteBucketTagging: Operation {
  package static let spec = OperationSpec(
    "DeleteBucketTagging", .delete, .bucket, subresource: "tagging", action: "s3:PutBucketTagging",
    cost: .control, logName: "REST.DELETE.TAGGING", errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setTags(TagSet(), ofBucket: request.knownBucket)
  }

  package static func encode(
    _ output: Void, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(204))
  }
}
