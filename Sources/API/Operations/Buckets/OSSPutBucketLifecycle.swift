import HTTP
package import Objects

/// Gives a bucket other lifecycle rules. OSS `PutBucketLifecycle`; S3's document is another.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketlifecycle>
package enum OSSPutBucketLifecycle: Operation {
  package static let spec = OperationSpec(
    "PutBucketLifecycle", .put, .bucket, subresource: "lifecycle", action: "oss:PutBucketLifecycle",
    body: .buffered(limit: 1 << 20), cost: .control, logName: "REST.PUT.LIFECYCLE",
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .malformedXML, .missingRequestBody, .noSuchBucket,
      .notImplemented,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> LifecycleRules {
    try PayloadIntegrity.demand(request)
    let root = try RequestDocument.parse(request.payload, root: "LifecycleConfiguration")
    let overlap = request.headers.string("x-oss-allow-same-action-overlap")
    return LifecycleRules(
      try LifecycleDocument.readOSS(root, allowsOverlap: overlap == "true"), smallestToMove: .anySize)
  }

  package static func perform(
    _ rules: LifecycleRules, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setLifecycle(rules, of: request.knownBucket)
  }

  package static func encode(
    _ output: Void, _ rules: LifecycleRules, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
