import HTTP
package import Objects
import Primitives

/// What is known of an object, without its metadata and bytes. S3 `GetObjectAttributes`; OSS has no
/// counterpart (`GetObjectMeta` is a HEAD with fewer headers).
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html>
package enum GetObjectAttributes: Operation {
  package static let spec = OperationSpec(
    "GetObjectAttributes", .get, .object, subresource: "attributes", action: "s3:GetObjectAttributes",
    cost: .read, logName: "REST.GET.OBJECT_ATTRIBUTES", looksBack: true,
    errors: [
      .invalidArgument, .invalidRequest, .methodNotAllowed, .noSuchBucket, .noSuchKey, .noSuchVersion,
    ])

  package struct Input: Sendable {
    package let attributes: Set<ObjectAttribute>
    package let maxParts: Int
    package let marker: Int
    /// Nil: the current one.
    package let version: VersionLabel?
  }

  package struct Output: Sendable {
    package let info: ObjectInfo
    package let parts: ObjectPartsPage?
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    let version = try VersionParameter.read(request.query)
    let attributes = try ObjectAttribute.read(request.headers, request.names.objectAttributes)
    // What is no number is ignored here, unlike in listings.
    let maximum = request.headers.first(request.names.maxParts).flatMap { UInt64(decimal: $0) }
    let marker = request.headers.first(request.names.partNumberMarker).flatMap { UInt64(decimal: $0) }
    return Input(
      attributes: attributes,
      maxParts: maximum.map { Int(min($0, UInt64(ListParameters.pageLimit))) } ?? ListParameters.pageLimit,
      marker: marker.map { Int(min($0, UInt64(Int32.max))) } ?? 0, version: version)
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> Output {
    let bucket = request.knownBucket
    let key = request.knownKey
    guard input.attributes.contains(.objectParts) else {
      let info = try await services.store.objectInfo(
        bucket: bucket, key: key, version: input.version, asOf: request.asOf, follows: true)
      return Output(info: info, parts: nil)
    }
    let (info, page) = try await services.store.objectParts(
      bucket: bucket, key: key, version: input.version, asOf: request.asOf, after: input.marker,
      limit: input.maxParts)
    return Output(info: info, parts: info.partCount == nil ? nil : page)
  }

  package static func encode(
    _ output: Output, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let info = output.info
    request.outcome.objectSize = info.size
    var xml = XMLWriter(capacity: 1024)
    xml.open("GetObjectAttributesResponse", xmlns: request.dialect.xmlNamespace)
    if input.attributes.contains(.etag) { xml.element("ETag", info.etag.text) }
    if input.attributes.contains(.checksum), let checksum = info.checksum {
      xml.open("Checksum")
      // Composite values stand here without their `-N`.
      xml.element(ChecksumElements.name(checksum.algorithm), Base64.encode(checksum.value))
      xml.element("ChecksumType", checksum.type.name)
      xml.close("Checksum")
    }
    if let parts = output.parts { write(parts, input, info, to: &xml) }
    if input.attributes.contains(.storageClass) { xml.element("StorageClass", "\(info.storageClass.name)") }
    if input.attributes.contains(.objectSize) { xml.element("ObjectSize", info.size) }
    xml.close("GetObjectAttributesResponse")
    var head = request.reply(200)
    head.add("Last-Modified", info.lastModified.imfFixdate)
    ObjectReply.addVersion(info, request, to: &head)
    head.add("Content-Type", "application/xml")
    return .complete(head, xml.bytes[...])
  }

  /// The parts one by one only where each has a checksum of its own, otherwise their number.
  private static func write(
    _ page: ObjectPartsPage, _ input: Input, _ info: ObjectInfo, to xml: inout XMLWriter
  ) {
    xml.open("ObjectParts")
    xml.element("PartsCount", page.total)
    if info.checksum?.type == .composite {
      xml.element("PartNumberMarker", input.marker)
      xml.element("NextPartNumberMarker", page.next)
      xml.element("MaxParts", input.maxParts)
      xml.element("IsTruncated", page.isTruncated)
      for part in page.parts {
        xml.open("Part")
        xml.element("PartNumber", part.number)
        xml.element("Size", part.range.upperBound - part.range.lowerBound)
        ChecksumElements.write(part.checksum, to: &xml)
        xml.close("Part")
      }
    }
    xml.close("ObjectParts")
  }
}
