import HTTP
package import Objects

/// Takes all tags off a version. S3 `DeleteObjectTagging`, OSS `DeleteObjectTagging`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deleteobjecttagging>
package enum DeleteObjectTagging: Operation {
  package static let spec = OperationSpec(
    "DeleteObjectTagging", .delete, .object, subresource: "tagging", action: "s3:DeleteObjectTagging",
    cost: .write, logName: "REST.DELETE.OBJECT_TAGGING",
    errors: [.accessDenied, .invalidArgument, .methodNotAllowed, .noSuchBucket, .noSuchKey, .noSuchVersion])

  package static func decode(_ request: APIRequest) throws(S3Error) -> VersionLabel? {
    try VersionParameter.read(request.query)
  }

  package static func perform(
    _ version: VersionLabel?, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> VersionLabel? {
    try await services.store.setTags(
      TagSet(), bucket: request.knownBucket, key: request.knownKey, version: version)
  }

  package static func encode(
    _ label: VersionLabel?, _ version: VersionLabel?, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(204)
    ObjectReply.addVersion(label, request, to: &head)
    return .complete(head)
  }
}
