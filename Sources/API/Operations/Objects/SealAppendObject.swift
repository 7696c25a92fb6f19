import HTTP
package import Objects
package import Primitives

/// Ends appending to an object. OSS `SealAppendObject`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/sealappendobject>
package enum SealAppendObject: Operation {
  package static let spec = OperationSpec(
    "SealAppendObject", .post, .object, subresource: "seal", action: "oss:SealAppendObject", cost: .write,
    logName: "REST.POST.SEAL",
    errors: [
      .invalidArgument, .noSuchBucket, .noSuchKey, .objectNotAppendable, .positionNotEqualToLength,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> UInt64 {
    try VersionParameter.refuse(request.query)
    return try AppendPosition.read(request)
  }

  package static func perform(
    _ position: UInt64, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> Timestamp {
    try await services.store.sealObject(
      bucket: request.knownBucket, key: request.knownKey, position: position)
  }

  package static func encode(
    _ sealed: Timestamp, _ position: UInt64, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(200)
    if let name = request.dialect.objects.sealedTime { head.add(name, sealed.imfFixdate) }
    return .complete(head)
  }
}
