import HTTP
package import Objects

/// Takes a bucket's cross-origin rules away. S3 and OSS `DeleteBucketCors`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketcors>
package enum DeleteBucketCORS: Operation {
  package static let spec = OperationSpec(
    "DeleteBucketCors", .delete, .bucket, subresource: "cors", action: "s3:PutBucketCORS", cost: .control,
    logName: "REST.DELETE.CORS", errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setCrossOrigin(nil, of: request.knownBucket)
  }

  package static func encode(_ output: Void, _ input: Void, _ request: APIRequest) throws(S3Error) -> Reply {
    .complete(request.reply(204))
  }
}
