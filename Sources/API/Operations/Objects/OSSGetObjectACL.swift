import HTTP
package import Objects
import Primitives

/// The access control list of an object, of which there is one kind. OSS `GetObjectACL`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getobjectacl>
package enum OSSGetObjectACL: Operation {
  package static let spec = OperationSpec(
    "GetObjectAcl", .get, .object, subresource: "acl", action: "oss:GetObjectAcl", cost: .read,
    logName: "REST.GET.OBJECT_ACL", looksBack: true,
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
    var head = request.reply(200)
    ObjectReply.addVersion(info, request, to: &head)
    head.add("Content-Type", "application/xml")
    return .complete(head, OSSAccessControlPolicy.document(owner: request.knownBucket.owner).bytes[...])
  }
}
