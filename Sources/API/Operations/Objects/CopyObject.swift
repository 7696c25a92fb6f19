import HTTP
package import Objects
package import Primitives

/// Makes an object of another one; no byte is copied. S3 `CopyObject`, OSS `CopyObject`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/copyobject>
package enum CopyObject: Operation {
  package static let spec = OperationSpec(
    "CopyObject", .put, .object, headers: [.copySource], action: "s3:PutObject", cost: .write,
    logName: "REST.COPY.OBJECT", looksBack: true,
    errors: [
      .accessControlListNotSupported, .accessDenied, .badRequest, .invalidArgument, .invalidObjectState,
      .invalidRequest, .invalidStorageClass, .invalidTag, .metadataTooLarge, .noSuchBucket, .noSuchKey,
      .noSuchVersion, .notImplemented, .preconditionFailed,
    ])

  package struct Input: Sendable {
    package let source: CopySourceHeader
    package let conditions: ReadConditions
    package var metadata = MetadataDirective.copy
    package var redirectLocation: String?
    package var storageClass: StorageClass?
    package var checksumAlgorithm: ChecksumAlgorithm?
    package var writeConditions = WriteConditions.none
    /// Nil: the source's.
    package var tags: TagSet?
    package var lock = LockTerms()
    /// Set by `prepare`.
    package var sourceBucket: BucketInfo?
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    let headers = request.headers
    let names = request.names
    try WriteHeaders.refuseUnsupported(request)
    var input = Input(
      source: try CopySourceHeader(headers.first(names.copySource) ?? [], headerName: names.copySource),
      conditions: Conditions.read(headers, names.copySourceConditions) ?? .none)
    input.tags = try TaggingHeader.replacement(request)
    input.lock = try LockHeaders.read(request)
    if try replacesMetadata(request) {
      input.metadata = .replace(
        try StoredHeaders.read(headers, names),
        try MetadataHeaders.read(headers, names))
    }
    input.redirectLocation = try StoredHeaders.redirectLocation(headers, names.redirectLocation)
    input.storageClass = try StorageClassHeader.named(request)
    input.checksumAlgorithm = try ChecksumChoice.algorithm(request)
    input.writeConditions = try Conditions.write(request)
    return input
  }

  package static func prepare(
    _ input: inout Input, _ request: APIRequest, _ services: Services
  ) async throws(S3Error) {
    input.sourceBucket = try services.copySource(input.source, request)
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> CopyObjectResult {
    let bucket = request.knownBucket
    let source = CopySource(
      bucket: input.sourceBucket ?? bucket, key: input.source.key, version: input.source.version,
      asOf: request.asOf, conditions: input.conditions)
    var copy = CopyObjectRequest(source: source, bucket: bucket, key: request.knownKey, owner: bucket.owner)
    copy.metadata = input.metadata
    copy.websiteRedirectLocation = input.redirectLocation
    copy.storageClass = input.storageClass
    copy.checksumAlgorithm = input.checksumAlgorithm
    copy.conditions = input.writeConditions
    copy.tags = input.tags
    copy.lock = input.lock
    copy.copiesLinks = request.dialect.objects.symlinkTarget != nil
    return try await services.store.copyObject(copy)
  }

  package static func encode(
    _ result: CopyObjectResult, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    request.outcome.objectSize = result.size
    var xml = XMLWriter(capacity: 512)
    xml.open("CopyObjectResult", xmlns: request.dialect.xmlNamespace)
    xml.element("ETag", request.dialect.quoted(result.etag))
    xml.element("LastModified", result.lastModified.iso8601Seconds)
    if let checksum = request.dialect.shown(result.checksum) {
      xml.element("ChecksumType", checksum.type.name)
      ChecksumElements.write(checksum, to: &xml)
    }
    xml.close("CopyObjectResult")
    var head = request.reply(200)
    ObjectReply.addETagOfDocument(result.etag, request, to: &head)
    ObjectReply.addVersion(result.label, request, to: &head)
    ChecksumChoice.addDecimal(result.checksum, to: &head, request)
    if let source = result.sourceLabel { head.add(request.names.versions.copySourceVersionID, source.text) }
    head.add("Content-Type", "application/xml")
    return .complete(head, xml.bytes[...])
  }

  /// `x-amz-metadata-directive`.
  private static func replacesMetadata(_ request: APIRequest) throws(S3Error) -> Bool {
    let name = request.names.metadataDirective
    guard let value = request.headers.first(name), !value.isEmpty else { return false }
    if value.matches("COPY") { return false }
    guard value.matches("REPLACE") else {
      throw .invalidArgument("\(name)", value.lossyText, "Unknown metadata directive.")
    }
    return true
  }
}
