import HTTP
package import Objects
import Primitives

/// The uploads in progress of a bucket, by key and age. S3 `ListMultipartUploads`, OSS `ListMultipartUploads`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listmultipartuploads>
package enum ListMultipartUploads: Operation {
  package static let spec = OperationSpec(
    "ListMultipartUploads", .get, .bucket, subresource: "uploads",
    action: "s3:ListBucketMultipartUploads", cost: .list, logName: "REST.GET.UPLOADS",
    errors: [.invalidArgument, .noSuchBucket])

  package struct Input: Sendable {
    package var listing: ListMultipartUploadsRequest
    package var isURLEncoded = false
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    let query = request.query
    var input = Input(listing: ListMultipartUploadsRequest(bucket: request.knownBucket))
    input.isURLEncoded = try ListParameters.isURLEncoded(query)
    input.listing.limit = try ListParameters.maximum(query, "max-uploads", argument: "max-uploads")
    input.listing.prefix = try query.text("prefix") ?? []
    input.listing.delimiter = try query.text("delimiter") ?? []
    input.listing.keyMarker = try query.text("key-marker") ?? []
    // Without a key marker it says nothing and is not echoed either.
    if !input.listing.keyMarker.isEmpty {
      input.listing.uploadIDMarker = try query.string("upload-id-marker") ?? ""
    }
    return input
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> ListMultipartUploadsPage {
    try await services.store.listMultipartUploads(input.listing)
  }

  package static func encode(
    _ page: ListMultipartUploadsPage, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let listing = input.listing
    var xml = ListingWriter(
      request.dialect, isURLEncoded: input.isURLEncoded, capacity: 1024 + 384 * page.entries.count)
    xml.xml.open("ListMultipartUploadsResult", xmlns: request.dialect.xmlNamespace)
    xml.xml.element("Bucket", listing.bucket.name.string)
    xml.key("KeyMarker", listing.keyMarker)
    xml.xml.element("UploadIdMarker", listing.uploadIDMarker)
    if page.isTruncated || request.dialect.listing.echoesEmpty {
      xml.key("NextKeyMarker", page.nextKeyMarker)
      xml.xml.element("NextUploadIdMarker", page.nextUploadIDMarker)
    }
    xml.echo("Prefix", listing.prefix)
    xml.echo("Delimiter", listing.delimiter)
    if input.isURLEncoded { xml.xml.element("EncodingType", "url") }
    xml.xml.element("MaxUploads", listing.limit)
    xml.xml.element("IsTruncated", page.isTruncated)
    for case .upload(let upload) in page.entries { write(upload, request.dialect, to: &xml) }
    for case .prefix(let prefix) in page.entries { xml.commonPrefix(prefix[...]) }
    xml.xml.close("ListMultipartUploadsResult")
    return request.reply(xml.xml)
  }

  private static func write(_ upload: UploadInfo, _ dialect: Dialect, to xml: inout ListingWriter) {
    xml.xml.open("Upload")
    xml.key("Key", upload.key.bytes)
    xml.xml.element("UploadId", upload.id.text)
    OwnerElement.write("Initiator", upload.owner, to: &xml.xml)
    OwnerElement.write("Owner", upload.owner, to: &xml.xml)
    xml.xml.element("StorageClass", "\(dialect.name(of: upload.storageClass))")
    xml.xml.element("Initiated", upload.initiated.iso8601Seconds)
    if let algorithm = dialect.shown(upload.checksumAlgorithm) {
      xml.xml.element("ChecksumAlgorithm", algorithm.name)
      if let type = upload.checksumType { xml.xml.element("ChecksumType", type.name) }
    }
    xml.xml.close("Upload")
  }
}
