import HTTP
package import Objects

/// Turns a bucket's Object Lock on, for good, and sets the default retention. S3 `PutObjectLockConfiguration`; OSS's
/// is `PutBucketObjectWormConfiguration`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html>
package enum PutObjectLockConfiguration: Operation {
  package static let spec = OperationSpec(
    "PutObjectLockConfiguration", .put, .bucket, subresource: "object-lock",
    action: "s3:PutBucketObjectLockConfiguration", body: .buffered(limit: 64 << 10), cost: .control,
    logName: "REST.PUT.OBJECT_LOCK_CONFIGURATION",
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .invalidBucketState, .invalidRequest, .malformedXML,
      .missingRequestBody, .noSuchBucket, .notImplemented,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> ObjectLockConfiguration {
    try PayloadIntegrity.demand(request)
    return try ObjectLockDocument.read(
      try RequestDocument.parse(request.payload, root: "ObjectLockConfiguration"))
  }

  package static func perform(
    _ configuration: ObjectLockConfiguration, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setObjectLock(configuration, of: request.knownBucket)
  }

  package static func encode(
    _ output: Void, _ configuration: ObjectLockConfiguration, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
