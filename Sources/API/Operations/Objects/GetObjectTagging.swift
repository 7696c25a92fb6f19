import HTTP
package import Objects
import Primitives

/// The tags of a version. S3 `GetObjectTagging`, OSS `GetObjectTagging`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getobjecttagging>
package enum GetObjectTagging: Operation {
  package static let spec = OperationSpec(
    "GetObjectTagging", .get, .object, subresource: "tagging", action: "s3:GetObjectTagging", cost: .read,
    logName: "REST.GET.OBJECT_TAGGING",
    looksBack: true,
    errors: [
      .accessDenied, .invalidArgument, .invalidRequest, .methodNotAllowed, .noSuchBucket, .noSuchKey,
      .noSuchVersion,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> VersionLabel? {
    try VersionParameter.read(request.query)
  }

  package static func perform(
    _ version: VersionLabel?, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> ObjectInfo {
    try await services.store.objectInfo(
      bucket: request.knownBucket, key: request.knownKey, version: version, asOf: request.asOf)
  }

  package static func encode(
    _ info: ObjectInfo, _ version: VersionLabel?, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(200)
    ObjectReply.addVersion(info, request, to: &head)
    head.add("Content-Type", "application/xml")
    return .complete(head, TaggingDocument.write(info.tags, request).bytes[...])
  }
}
