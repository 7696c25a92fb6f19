import HTTP
package import Objects

/// Stores an object. S3 `PutObject`, OSS `PutObject`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putobject>
package enum PutObject: Operation {
  package static let spec = OperationSpec(
    "PutObject", .put, .object, action: "s3:PutObject", body: .streaming, cost: .write,
    logName: "REST.PUT.OBJECT",
    errors: [
      .accessControlListNotSupported, .badDigest, .badRequest, .contentSHA256Mismatch, .entityTooLarge,
      .incompleteBody, .invalidArgument, .invalidChunkSize, .invalidDigest, .invalidRequest,
      .invalidStorageClass, .invalidTag, .malformedTrailer, .metadataTooLarge, .missingContentLength,
      .noSuchBucket, .noSuchKey, .notImplemented, .preconditionFailed,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> PutObjectRequest {
    guard !request.query.contains("partNumber") else {
      throw .invalidArgument("uploadId", nil, "This operation does not accept partNumber without uploadId")
    }
    try WriteHeaders.refuseUnsupported(request)
    let bucket = request.knownBucket
    var input = PutObjectRequest(bucket: bucket, key: request.knownKey, owner: bucket.owner)
    input.system = try StoredHeaders.read(request.headers, request.names)
    input.user = try MetadataHeaders.read(request.headers, request.names)
    input.storageClass = try StorageClassHeader.read(request)
    input.tags = try TaggingHeader.read(request)
    input.lock = try LockHeaders.read(request)
    try LockHeaders.checkIntegrity(input.lock, request)
    input.conditions = try Conditions.write(request)
    input.contentMD5 = request.checksums?.contentMD5
    input.checksumAlgorithm = request.checksums?.algorithm ?? request.dialect.objects.checksumAlgorithm
    input.expectedChecksum = request.checksums?.expected
    return input
  }

  package static func perform(
    _ input: PutObjectRequest, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> PutObjectResult {
    try await services.store.putObject(input, body: request.knownBody)
  }

  package static func encode(
    _ result: PutObjectResult, _ input: PutObjectRequest, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    request.outcome.objectSize = result.size
    var head = request.reply(200)
    ObjectReply.addETag(result.etag, request, to: &head)
    ObjectReply.addContentMD5(result.etag, request, to: &head)
    ObjectReply.addVersion(result.label, request, to: &head)
    ChecksumChoice.add(result.checksum, to: &head, request)
    LifecycleHeaders.add(
      LifecycleSubject(key: input.key, version: result.version, size: result.size, tags: input.tags),
      request, to: &head)
    return .complete(head)
  }
}
