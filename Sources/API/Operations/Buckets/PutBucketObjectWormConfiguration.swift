import HTTP
package import Objects

/// Turns a bucket's Object Lock on, for good, and sets the default retention. OSS `PutBucketObjectWormConfiguration`;
/// S3's is `PutObjectLockConfiguration`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketobjectwormconfiguration>
package enum PutBucketObjectWormConfiguration: Operation {
  package static let spec = OperationSpec(
    "PutBucketObjectWormConfiguration", .put, .bucket, subresource: "objectWorm",
    action: "oss:PutBucketObjectWormConfiguration", body: .buffered(limit: 64 << 10), cost: .control,
    logName: "REST.PUT.OBJECT_WORM",
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .invalidBucketState, .malformedXML, .missingRequestBody,
      .noSuchBucket,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> ObjectLockConfiguration {
    try PayloadIntegrity.check(request)
    let root = try RequestDocument.parse(request.payload, root: "ObjectWormConfiguration")
    return try ObjectLockDocument.read(root, switchName: "ObjectWormEnabled")
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
