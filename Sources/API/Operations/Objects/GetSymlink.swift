import HTTP
package import Objects
package import Primitives

/// What a symbolic link stands for. OSS `GetSymlink`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getsymlink>
package enum GetSymlink: Operation {
  package static let spec = OperationSpec(
    "GetSymlink", .get, .object, subresource: "symlink", action: "oss:GetObject", cost: .read,
    logName: "REST.GET.SYMLINK", looksBack: true,
    errors: [
      .accessDenied, .invalidArgument, .methodNotAllowed, .noSuchBucket, .noSuchKey, .noSuchVersion,
      .notSymlink,
    ])

  package struct Output {
    package let info: ObjectInfo
    package let target: ObjectKey
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> VersionLabel? {
    try VersionParameter.read(request.query)
  }

  package static func perform(
    _ version: VersionLabel?, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> Output {
    let (info, target) = try await services.store.symlink(
      bucket: request.knownBucket, key: request.knownKey, version: version, asOf: request.asOf)
    return Output(info: info, target: target)
  }

  package static func encode(
    _ output: Output, _ version: VersionLabel?, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(200)
    ObjectReply.addValidators(output.info, request, to: &head)
    ObjectReply.addVersion(output.info, request, to: &head)
    if let name = request.dialect.objects.symlinkTarget {
      head.add(name) { PercentEncoding.appendURIEncoded(output.target.bytes, keepSlash: false, to: &$0) }
    }
    MetadataHeaders.add(output.info.user, to: &head, request.names)
    return .complete(head)
  }
}
