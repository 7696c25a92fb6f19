import HTTP
package import Objects

/// Reads an object, or a part or range of it. S3 `GetObject`, OSS `GetObject`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getobject>
package enum GetObject: Operation {
  package static let spec = OperationSpec(
    "GetObject", .get, .object, action: "s3:GetObject", cost: .read, logName: "REST.GET.OBJECT",
    looksBack: true,
    errors: [
      .accessDenied, .invalidArgument, .invalidObjectState, .invalidPartNumber, .invalidRange,
      .invalidRequest,
      .methodNotAllowed, .noSuchBucket, .noSuchKey, .noSuchVersion, .notImplemented, .preconditionFailed,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> ObjectReply.Input {
    try ObjectReply.decode(request)
  }

  package static func perform(
    _ input: ObjectReply.Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> OpenObject {
    let object = try await services.store.openObject(
      bucket: request.knownBucket, key: request.knownKey, version: input.version, asOf: request.asOf)
    try services.store.expectReadable(object, at: request.arrived)
    return object
  }

  package static func encode(
    _ object: OpenObject, _ input: ObjectReply.Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let answer = try ObjectReply.answer(object.info, input, request) { (number) throws(ObjectError) in
      try object.part(number)
    }
    guard let range = answer.range, !range.isEmpty else { return .complete(answer.head) }
    if let bytes = object.inlineBytes(range) { return .complete(answer.head, bytes) }
    do throws(ObjectError) {
      return .streaming(answer.head, try object.read(range))
    } catch {
      throw S3Error(error, request)
    }
  }
}
