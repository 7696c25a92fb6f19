import HTTP
package import Objects

/// Gives a version other tags; it stays the same version. S3 `PutObjectTagging`, OSS `PutObjectTagging`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putobjecttagging>
package enum PutObjectTagging: Operation {
  package static let spec = OperationSpec(
    "PutObjectTagging", .put, .object, subresource: "tagging", action: "s3:PutObjectTagging",
    body: .buffered(limit: 64 << 10), cost: .write, logName: "REST.PUT.OBJECT_TAGGING",
    errors: [
      .accessDenied, .badDigest, .badRequest, .invalidArgument, .invalidRequest, .invalidTag, .malformedXML,
      .methodNotAllowed, .missingRequestBody, .noSuchBucket, .noSuchKey, .noSuchVersion,
    ])

  package struct Input: Sendable {
    package let tags: TagSet
    /// Nil: the current one.
    package let version: VersionLabel?
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    Input(
      tags: try TaggingDocument.read(request, limit: TagSet.objectLimit),
      version: try VersionParameter.read(request.query))
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> VersionLabel? {
    try await services.store.setTags(
      input.tags, bucket: request.knownBucket, key: request.knownKey, version: input.version)
  }

  package static func encode(
    _ label: VersionLabel?, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(200)
    ObjectReply.addVersion(label, request, to: &head)
    return .complete(head)
  }
}
