import HTTP
package import Objects

/// Makes a locked WORM policy keep objects for longer. OSS `ExtendBucketWorm`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/extendbucketworm>
package enum ExtendBucketWorm: Operation {
  package static let spec = OperationSpec(
    "ExtendBucketWorm", .post, .bucket, subresource: "wormId", parameters: [.init("wormExtend")],
    action: "oss:ExtendBucketWorm", body: .buffered(limit: 64 << 10), cost: .control,
    logName: "REST.POST.WORM_EXTEND",
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .invalidWORMConfiguration, .malformedXML,
      .missingRequestBody, .noSuchBucket, .noSuchWORMConfiguration,
    ])

  package struct Input: Sendable {
    /// The policy's.
    package let id: String
    package let days: Int
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    try PayloadIntegrity.check(request)
    let root = try RequestDocument.parse(request.payload, root: "ExtendWormConfiguration")
    return Input(id: try request.query.string("wormId") ?? "", days: try WormPeriod.read(root))
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    try await services.store.extendWorm(id: input.id, days: input.days, of: request.knownBucket)
  }

  package static func encode(_ output: Void, _ input: Input, _ request: APIRequest) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
