import HTTP
package import Objects

/// Adds bytes at the end of an object, or makes one to which they can be added. OSS `AppendObject`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/appendobject>
package enum AppendObject: Operation {
  package static let spec = OperationSpec(
    "AppendObject", .post, .object, subresource: "append", action: "oss:PutObject", body: .streaming,
    cost: .write, logName: "REST.POST.APPEND",
    errors: [
      .badDigest, .entityTooLarge, .incompleteBody, .invalidArgument, .invalidDigest, .invalidTag,
      .missingContentLength, .noSuchBucket, .notImplemented, .objectNotAppendable,
      .positionNotEqualToLength,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> AppendObjectRequest {
    try WriteHeaders.refuseUnsupported(request)
    let bucket = request.knownBucket
    var input = AppendObjectRequest(
      bucket: bucket, key: request.knownKey, owner: bucket.owner, position: try AppendPosition.read(request))
    input.system = try StoredHeaders.read(request.headers, request.names)
    input.user = try MetadataHeaders.read(request.headers, request.names)
    input.storageClass = try storageClass(request, at: input.position)
    input.tags = try TaggingHeader.read(request)
    input.contentMD5 = request.checksums?.contentMD5
    return input
  }

  /// What is appended to stays out of the cold archives, whether the request or the bucket wants it there.
  private static func storageClass(
    _ request: APIRequest, at position: UInt64
  ) throws(S3Error) -> StorageClass {
    let found = try StorageClassHeader.read(request)
    // Of later appends nothing is asked.
    if position > 0 { return found }
    guard found != .glacier, found != .deepArchive else {
      throw .invalidArgument(
        "\(request.names.storageClass)", "\(request.dialect.name(of: found))",
        "The storage class does not support AppendObject.")
    }
    return found
  }

  package static func perform(
    _ input: AppendObjectRequest, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> AppendObjectResult {
    try await services.store.appendObject(input, body: request.knownBody)
  }

  package static func encode(
    _ result: AppendObjectResult, _ input: AppendObjectRequest, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    request.outcome.objectSize = result.size
    var head = request.reply(200)
    ObjectReply.addETag(result.etag, request, to: &head)
    ObjectReply.addVersion(result.label, request, to: &head)
    if let next = request.dialect.objects.nextAppendPosition { head.add(next, result.size) }
    ChecksumChoice.add(result.checksum, to: &head, request)
    return .complete(head)
  }
}
