import HTTP
package import Objects

/// Gives a bucket other tags. S3 `PutBucketTagging`, OSS `PutBucketTags`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbuckettags>
package enum PutBucketTagging: Operation {
  package static let spec = OperationSpec(
    "PutBucketTagging", .put, .bucket, subresource: "tagging", action: "s3:PutBucketTagging",
    body: .buffered(limit: 256 << 10), cost: .control, logName: "REST.PUT.TAGGING",
    errors: [
      .accessDenied, .badDigest, .badRequest, .invalidRequest, .invalidTag, .malformedXML,
      .missingRequestBody, .noSuchBucket,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> TagSet {
    try TaggingDocument.read(request, limit: TagSet.bucketLimit)
  }

  package static func perform(
    _ tags: TagSet, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setTags(tags, ofBucket: request.knownBucket)
  }

  package static func encode(
    _ output: Void, _ tags: TagSet, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(request.dialect.objects.bucketTagsStatus))
  }
}
