import HTTP
package import Objects

/// Locks a WORM policy, for good. OSS `CompleteBucketWorm`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/completebucketworm>
package enum CompleteBucketWorm: Operation {
  package static let spec = OperationSpec(
    "CompleteBucketWorm", .post, .bucket, subresource: "wormId", action: "oss:CompleteBucketWorm",
    cost: .control, logName: "REST.POST.WORM_ID",
    errors: [.accessDenied, .noSuchBucket, .noSuchWORMConfiguration, .wormConfigurationLocked])

  /// The policy's id.
  package static func decode(_ request: APIRequest) throws(S3Error) -> String {
    try request.query.string("wormId") ?? ""
  }

  package static func perform(
    _ id: String, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    try await services.store.lockWorm(id: id, of: request.knownBucket)
  }

  package static func encode(_ output: Void, _ id: String, _ request: APIRequest) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
