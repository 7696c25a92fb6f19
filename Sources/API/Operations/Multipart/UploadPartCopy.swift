import HTTP
package import Objects
import Primitives

/// Makes a part of an object or a range of one; no byte is copied. S3 `UploadPartCopy`, OSS `UploadPartCopy`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/uploadpartcopy>
package enum UploadPartCopy: Operation {
  package static let spec = OperationSpec(
    "UploadPartCopy", .put, .object, subresource: "uploadId", headers: [.copySource],
    action: "s3:PutObject", cost: .write, logName: "REST.COPY.PART", looksBack: true,
    errors: [
      .invalidArgument, .invalidObjectState, .invalidRequest, .noSuchBucket, .noSuchKey, .noSuchUpload,
      .noSuchVersion, .notImplemented, .preconditionFailed,
    ])

  package struct Input: Sendable {
    package let source: CopySourceHeader
    package let conditions: ReadConditions
    package let range: Range<UInt64>?
    package let uploadID: String
    package let number: Int
    /// Set by `prepare`.
    package var sourceBucket: BucketInfo?
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    let headers = request.headers
    let names = request.names
    let number = try PartNumber.required(request.query)
    try WriteHeaders.refuseUnsupported(request)
    var range: Range<UInt64>?
    if let value = headers.first(names.copySourceRange) {
      range = try CopySourceRange.parse(value, headerName: names.copySourceRange)
    }
    return Input(
      source: try CopySourceHeader(headers.first(names.copySource) ?? [], headerName: names.copySource),
      conditions: Conditions.read(headers, names.copySourceConditions) ?? .none, range: range,
      uploadID: try UploadIDParameter.read(request.query), number: number)
  }

  package static func prepare(
    _ input: inout Input, _ request: APIRequest, _ services: Services
  ) async throws(S3Error) {
    input.sourceBucket = try services.copySource(input.source, request)
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> UploadPartCopyResult {
    let bucket = request.knownBucket
    let source = CopySource(
      bucket: input.sourceBucket ?? bucket, key: input.source.key, version: input.source.version,
      asOf: request.asOf, conditions: input.conditions)
    return try await services.store.uploadPartCopy(
      UploadPartCopyRequest(
        source: source, range: input.range, bucket: bucket, key: request.knownKey, uploadID: input.uploadID,
        number: input.number))
  }

  package static func encode(
    _ result: UploadPartCopyResult, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let part = result.part
    request.outcome.objectSize = part.size
    var xml = XMLWriter(capacity: 512)
    xml.open("CopyPartResult", xmlns: request.dialect.xmlNamespace)
    xml.element("ETag", request.dialect.quoted(part.etag))
    xml.element("LastModified", part.lastModified.iso8601Seconds)
    ChecksumElements.write(request.dialect.shown(part.checksum), to: &xml)
    xml.close("CopyPartResult")
    var head = request.reply(200)
    ObjectReply.addETagOfDocument(part.etag, request, to: &head)
    if let source = result.sourceLabel { head.add(request.names.versions.copySourceVersionID, source.text) }
    head.add("Content-Type", "application/xml")
    return .complete(head, xml.bytes[...])
  }
}
