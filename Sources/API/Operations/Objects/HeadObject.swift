import HTTP
package import Objects

/// What GetObject would answer, without the bytes. S3 `HeadObject`, OSS `HeadObject`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/headobject>
package enum HeadObject: Operation {
  package static let spec = OperationSpec(
    "HeadObject", .head, .object, action: "s3:GetObject", cost: .read, logName: "REST.HEAD.OBJECT",
    looksBack: true,
    errors: [
      .accessDenied, .invalidArgument, .invalidPartNumber, .invalidRange, .invalidRequest, .methodNotAllowed,
      .noSuchBucket, .noSuchKey, .noSuchVersion, .notImplemented, .preconditionFailed,
    ])

  /// The object, and the part asked for unless the lookup of it failed.
  package struct Output {
    package let info: ObjectInfo
    package let part: Result<ObjectPart, ObjectError>?
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> ObjectReply.Input {
    try ObjectReply.decode(request)
  }

  package static func perform(
    _ input: ObjectReply.Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> Output {
    let bucket = request.knownBucket
    let key = request.knownKey
    guard let number = input.partNumber else {
      let info = try await services.store.objectInfo(
        bucket: bucket, key: key, version: input.version, asOf: request.asOf, follows: true)
      return Output(info: info, part: nil)
    }
    let object = try await services.store.openObject(
      bucket: bucket, key: key, version: input.version, asOf: request.asOf)
    let part = Result { () throws(ObjectError) in try object.part(number) }
    return Output(info: object.info, part: part)
  }

  package static func encode(
    _ output: Output, _ input: ObjectReply.Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let answer = try ObjectReply.answer(output.info, input, request) { (number) throws(ObjectError) in
      guard let part = output.part else { throw .invalidPartNumber(requested: number, actual: 0) }
      return try part.get()
    }
    return .complete(answer.head)
  }
}
