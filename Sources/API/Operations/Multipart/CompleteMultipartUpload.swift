import HTTP
package import Objects
import Primitives

/// Makes an object of the parts of an upload. S3 `CompleteMultipartUpload`, OSS `CompleteMultipartUpload`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/completemultipartupload>
package enum CompleteMultipartUpload: Operation {
  /// 10,000 parts with a long checksum each are about 2 MB.
  package static let spec = OperationSpec(
    "CompleteMultipartUpload", .post, .object, subresource: "uploadId", action: "s3:PutObject",
    body: .buffered(limit: 4 << 20), cost: .write, logName: "REST.POST.UPLOAD",
    errors: [
      .badDigest, .entityTooSmall, .invalidPart, .invalidPartOrder, .invalidRequest, .malformedXML,
      .noSuchBucket, .noSuchKey, .noSuchUpload, .preconditionFailed,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> CompleteMultipartUploadRequest {
    let parts = try takesAllParts(request) ? [] : listedParts(request)
    var input = CompleteMultipartUploadRequest(
      bucket: request.knownBucket, key: request.knownKey, uploadID: try UploadIDParameter.read(request.query),
      parts: parts)
    // These describe the object, not the document.
    let checksums = request.checksums
    if let checksums, let algorithm = checksums.algorithm, let value = checksums.expected {
      input.expectedChecksum = ExpectedChecksum(
        algorithm: algorithm, value: value, partCount: checksums.expectedPartCount)
    }
    input.checksumType = try ChecksumChoice.type(request)
    input.objectSize = try objectSize(request)
    input.conditions = try Conditions.write(request)
    return input
  }

  /// The parts that are there, where the request asks for all of them. A part that goes meanwhile is missed then.
  package static func prepare(
    _ input: inout CompleteMultipartUploadRequest, _ request: APIRequest, _ services: Services
  ) async throws(S3Error) {
    guard input.parts.isEmpty else { return }
    var listing = ListPartsRequest(bucket: input.bucket, key: input.key, uploadID: input.uploadID)
    do throws(ObjectError) {
      while true {
        let page = try await services.store.listParts(listing)
        input.parts += page.parts.map {
          CompletedPart(number: $0.number, etag: $0.etag.text, checksum: nil)
        }
        guard page.isTruncated else { return }
        listing.after = page.next
      }
    } catch {
      throw S3Error(error, request)
    }
  }

  package static func perform(
    _ input: CompleteMultipartUploadRequest, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> CompleteMultipartUploadResult {
    try await services.store.completeMultipartUpload(input)
  }

  package static func encode(
    _ result: CompleteMultipartUploadResult, _ input: CompleteMultipartUploadRequest, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    request.outcome.objectSize = result.size
    var writer = try ListingWriter(encodedAsAsked: request, capacity: 1024)
    writer.xml.open("CompleteMultipartUploadResult", xmlns: request.dialect.xmlNamespace)
    writer.xml.element("Location", request.location)
    writer.xml.element("Bucket", input.bucket.name.string)
    writer.key("Key", input.key.bytes)
    writer.encodingType()
    writer.xml.element("ETag", request.dialect.quoted(result.etag))
    if let checksum = request.dialect.shown(result.checksum) {
      ChecksumElements.write(checksum, to: &writer.xml)
      writer.xml.element("ChecksumType", checksum.type.name)
    }
    writer.xml.close("CompleteMultipartUploadResult")
    var head = request.reply(200)
    ObjectReply.addETagOfDocument(result.etag, request, to: &head)
    ObjectReply.addVersion(result.label, request, to: &head)
    ChecksumChoice.addDecimal(result.checksum, to: &head, request)
    head.add("Content-Type", "application/xml")
    return .complete(head, writer.xml.bytes[...])
  }

  private static let documentLimits = XMLLimits(elements: PartNumber.maximum * 10 + 16)

  /// `x-oss-complete-all: yes`, instead of a document.
  ///
  /// <https://www.alibabacloud.com/help/en/oss/developer-reference/completemultipartupload>
  private static func takesAllParts(_ request: APIRequest) throws(S3Error) -> Bool {
    guard let name = request.names.completeAll, let value = request.headers.first(name) else { return false }
    guard value.matchesIgnoringCase("yes"), request.payload.isEmpty else {
      throw .invalidArgument("\(name)", value.lossyText, "It must be yes, and the request have no body.")
    }
    return true
  }

  private static func listedParts(_ request: APIRequest) throws(S3Error) -> [CompletedPart] {
    guard !request.payload.isEmpty else { throw S3Error(.malformedXML) }
    try PayloadIntegrity.checkMD5(request)
    let root = try RequestDocument.parse(
      request.payload, root: "CompleteMultipartUpload", limits: documentLimits)
    var parts: [CompletedPart] = []
    for element in root.all("Part") { parts.append(try part(element)) }
    guard !parts.isEmpty else { throw S3Error(.malformedXML) }
    return parts
  }

  private static func part(_ element: XMLElement) throws(S3Error) -> CompletedPart {
    guard let numberText = element.first("PartNumber")?.text, let etag = element.string("ETag"),
      !etag.isEmpty
    else { throw S3Error(.malformedXML) }
    guard let number = UInt64(decimal: numberText[...]), number <= UInt64(Int32.max) else {
      throw S3Error(.malformedXML)
    }
    var tag = etag[...]
    if tag.utf8.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\"") { tag = tag.dropFirst().dropLast() }
    return CompletedPart(
      number: Int(number), etag: tag.lowercased(), checksum: try ChecksumElements.read(element))
  }

  private static func objectSize(_ request: APIRequest) throws(S3Error) -> UInt64? {
    let name = request.names.completedSize
    guard let value = request.headers.first(name) else { return nil }
    guard let size = UInt64(decimal: value) else {
      throw .invalidRequest("Value for \(name) header is invalid.")
    }
    return size
  }
}
