import HTTP
package import Objects
package import Primitives

/// Makes an object that stands for another of its bucket. OSS `PutSymlink`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putsymlink>
package enum PutSymlink: Operation {
  package static let spec = OperationSpec(
    "PutSymlink", .put, .object, subresource: "symlink", action: "oss:PutObject", cost: .write,
    logName: "REST.PUT.SYMLINK",
    errors: [.invalidArgument, .invalidTag, .noSuchBucket, .notImplemented, .preconditionFailed])

  package struct Input: Sendable {
    package var request: PutObjectRequest
    package let target: ObjectKey
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    try WriteHeaders.refuseUnsupported(request)
    let bucket = request.knownBucket
    var input = Input(
      request: PutObjectRequest(bucket: bucket, key: request.knownKey, owner: bucket.owner),
      target: try target(request))
    input.request.system = try StoredHeaders.read(request.headers, request.names)
    input.request.user = try MetadataHeaders.read(request.headers, request.names)
    input.request.storageClass = try StorageClassHeader.read(request)
    input.request.tags = try TaggingHeader.read(request)
    input.request.lock = try LockHeaders.read(request)
    input.request.conditions = try Conditions.write(request)
    return input
  }

  /// The key in `x-oss-symlink-target`.
  private static func target(_ request: APIRequest) throws(S3Error) -> ObjectKey {
    let name = request.dialect.objects.symlinkTarget ?? "x-oss-symlink-target"
    guard let value = request.headers.first(name), !value.isEmpty else {
      throw .invalidArgument("\(name)", nil, "The target of the symbolic link is missing.")
    }
    guard let bytes = PercentEncoding.decode(value, plusIsSpace: false),
      let key = try? ObjectKey(validating: bytes)
    else {
      throw .invalidArgument("\(name)", value.lossyText, "The target of the symbolic link is no key.")
    }
    return key
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> PutSymlinkResult {
    try await services.store.putSymlink(input.request, target: input.target)
  }

  package static func encode(
    _ result: PutSymlinkResult, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(200)
    ObjectReply.addETag(result.etag, request, to: &head)
    ObjectReply.addVersion(result.label, request, to: &head)
    return .complete(head)
  }
}
