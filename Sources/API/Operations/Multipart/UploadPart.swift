import HTTP
package import Objects

/// Stores a part of an upload; one of the same number is replaced. S3 `UploadPart`, OSS `UploadPart`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/uploadpart>
package enum UploadPart: Operation {
  package static let spec = OperationSpec(
    "UploadPart", .put, .object, subresource: "uploadId", action: "s3:PutObject", body: .streaming,
    cost: .write, logName: "REST.PUT.PART",
    errors: [
      .accessControlListNotSupported, .badDigest, .entityTooLarge, .invalidArgument, .invalidRequest,
      .noSuchBucket, .noSuchUpload,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> UploadPartRequest {
    let number = try PartNumber.required(request.query)
    try WriteHeaders.refuseUnsupported(request)
    try LockHeaders.checkIntegrity(LockTerms(), request)
    var input = UploadPartRequest(
      bucket: request.knownBucket, key: request.knownKey, uploadID: try UploadIDParameter.read(request.query),
      number: number)
    input.contentMD5 = request.checksums?.contentMD5
    input.checksumAlgorithm = request.checksums?.algorithm
    input.expectedChecksum = request.checksums?.expected
    return input
  }

  package static func perform(
    _ input: UploadPartRequest, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> PartInfo {
    try await services.store.uploadPart(input, body: request.knownBody)
  }

  package static func encode(
    _ part: PartInfo, _ input: UploadPartRequest, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    request.outcome.objectSize = part.size
    var head = request.reply(200)
    ObjectReply.addETag(part.etag, request, to: &head)
    ObjectReply.addContentMD5(part.etag, request, to: &head)
    if let checksum = part.checksum { ChecksumChoice.addValue(checksum, to: &head, request) }
    return .complete(head)
  }
}

/// The `uploadId` parameter, opaque to clients.
package enum UploadIDParameter {
  /// - Throws: InvalidArgument when it is not UTF-8. An empty one is an upload that does not exist.
  package static func read(_ query: QueryParameters) throws(S3Error) -> String {
    try query.string("uploadId") ?? ""
  }
}
