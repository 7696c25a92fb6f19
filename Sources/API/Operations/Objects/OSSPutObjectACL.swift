import HTTP
package import Objects

/// Sets the access control list of an object: to that of its bucket, which it has. OSS `PutObjectACL`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putobjectacl>
package enum OSSPutObjectACL: Operation {
  package static let spec = OperationSpec(
    "PutObjectAcl", .put, .object, subresource: "acl", action: "oss:PutObjectAcl", cost: .control,
    logName: "REST.PUT.OBJECT_ACL",
    errors: [
      .accessDenied, .invalidArgument, .methodNotAllowed, .noSuchBucket, .noSuchKey, .noSuchVersion,
      .notImplemented,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> VersionLabel? {
    try WriteHeaders.refuseGrants(request, code: .notImplemented)
    return try VersionParameter.read(request.query)
  }

  package static func perform(
    _ version: VersionLabel?, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> ObjectInfo {
    try await services.store.objectInfo(
      bucket: request.knownBucket, key: request.knownKey, version: version, asOf: nil)
  }

  package static func encode(
    _ info: ObjectInfo, _ version: VersionLabel?, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(200)
    ObjectReply.addVersion(info, request, to: &head)
    return .complete(head)
  }
}
