import HTTP
package import Objects

/// The few headers by which clients look whether an object is there. OSS `GetObjectMeta`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getobjectmeta>
package enum GetObjectMeta: Operation {
  package static let spec = OperationSpec(
    "GetObjectMeta", .head, .object, subresource: "objectMeta", action: "oss:GetObject", cost: .read,
    logName: "REST.HEAD.OBJECT_META", looksBack: true,
    errors: [.accessDenied, .invalidArgument, .methodNotAllowed, .noSuchBucket, .noSuchKey, .noSuchVersion])

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
    request.outcome.objectSize = info.size
    var head = request.reply(200)
    ObjectReply.addValidators(info, request, to: &head)
    ObjectReply.addVersion(info, request, to: &head)
    ChecksumChoice.addDecimal(info.checksum, to: &head, request)
    head.contentLength = info.size
    return .complete(head)
  }
}
