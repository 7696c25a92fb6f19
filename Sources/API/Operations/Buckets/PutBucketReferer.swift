import HTTP
package import Objects

/// Says from which pages a bucket's objects may be linked to. OSS `PutBucketReferer`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketreferer>
package enum PutBucketReferer: Operation {
  package static let spec = OperationSpec(
    "PutBucketReferer", .put, .bucket, subresource: "referer", action: "oss:PutBucketReferer",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.REFERER",
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .malformedXML, .missingRequestBody, .noSuchBucket,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> RefererRules {
    try PayloadIntegrity.check(request)
    return try RefererDocument.read(RequestDocument.parse(request.payload, root: "RefererConfiguration"))
  }

  package static func perform(
    _ input: RefererRules, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setReferers(input, of: request.knownBucket)
  }

  package static func encode(
    _ output: Void, _ input: RefererRules, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
