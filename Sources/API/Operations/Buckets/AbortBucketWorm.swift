import HTTP
package import Objects

/// Takes a WORM policy back that is not locked. OSS `AbortBucketWorm`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/abortbucketworm>
package enum AbortBucketWorm: Operation {
  package static let spec = OperationSpec(
    "AbortBucketWorm", .delete, .bucket, subresource: "worm", action: "oss:AbortBucketWorm", cost: .control,
    logName: "REST.DELETE.WORM",
    errors: [.accessDenied, .noSuchBucket, .noSuchWORMConfiguration, .wormConfigurationLocked])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    try await services.store.abortWorm(of: request.knownBucket)
  }

  package static func encode(_ output: Void, _ input: Void, _ request: APIRequest) throws(S3Error) -> Reply {
    .complete(request.reply(204))
  }
}
