import HTTP
package import Objects
import Primitives

/// The parts of an upload by number. S3 `ListParts`, OSS `ListParts`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listparts>
package enum ListParts: Operation {
  package static let spec = OperationSpec(
    "ListParts", .get, .object, subresource: "uploadId", action: "s3:ListMultipartUploadParts",
    cost: .list, logName: "REST.GET.UPLOAD",
    errors: [.invalidArgument, .noSuchBucket, .noSuchUpload])

  package static func decode(_ request: APIRequest) throws(S3Error) -> ListPartsRequest {
    let query = request.query
    var input = ListPartsRequest(
      bucket: request.knownBucket, key: request.knownKey, uploadID: try UploadIDParameter.read(query))
    input.limit = try ListParameters.maximum(query, "max-parts", argument: "max-parts")
    if let marker = query.value("part-number-marker"), !marker.isEmpty {
      input.after = try ListParameters.number(
        marker, "part-number-marker", argument: "part-number-marker")
    }
    return input
  }

  package static func perform(
    _ input: ListPartsRequest, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> ListPartsPage {
    try await services.store.listParts(input)
  }

  package static func encode(
    _ page: ListPartsPage, _ input: ListPartsRequest, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let upload = page.upload
    var xml = XMLWriter(capacity: 1024 + 256 * page.parts.count)
    xml.open("ListPartsResult", xmlns: request.dialect.xmlNamespace)
    xml.element("Bucket", input.bucket.name.string)
    xml.element("Key", input.key.bytes)
    xml.element("UploadId", input.uploadID)
    OwnerElement.write("Initiator", upload.owner, to: &xml)
    OwnerElement.write("Owner", upload.owner, to: &xml)
    xml.element("StorageClass", "\(request.dialect.name(of: upload.storageClass))")
    if let algorithm = request.dialect.shown(upload.checksumAlgorithm) {
      xml.element("ChecksumAlgorithm", algorithm.name)
      if let type = upload.checksumType { xml.element("ChecksumType", type.name) }
    }
    xml.element("PartNumberMarker", input.after)
    xml.element("NextPartNumberMarker", page.next)
    xml.element("MaxParts", input.limit)
    xml.element("IsTruncated", page.isTruncated)
    for part in page.parts {
      xml.open("Part")
      xml.element("PartNumber", part.number)
      xml.element("LastModified", part.lastModified.iso8601Seconds)
      xml.element("ETag", request.dialect.quoted(part.etag))
      xml.element("Size", part.size)
      ChecksumElements.write(request.dialect.shown(part.checksum), to: &xml)
      ChecksumElements.writeDecimal(part.checksum, request, to: &xml)
      xml.close("Part")
    }
    xml.close("ListPartsResult")
    return request.reply(xml)
  }
}
