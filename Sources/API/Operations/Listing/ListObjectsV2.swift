import HTTP
package import Objects
import Primitives

/// A page of a bucket's keys, version 2. S3 `ListObjectsV2`, OSS `ListObjectsV2`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectsv2>
package enum ListObjectsV2: Operation {
  package static let spec = OperationSpec(
    "ListObjectsV2", .get, .bucket, parameters: [.init("list-type", "2")], action: "s3:ListBucket",
    cost: .list, logName: "REST.GET.BUCKET",
    looksBack: true,
    errors: [.accessDenied, .invalidArgument, .invalidRequest, .noSuchBucket])

  package struct Input: Sendable {
    package var listing: ListObjectsRequest
    package var isURLEncoded = false
    /// As sent; it wins over `startAfter`.
    package var token: [UInt8]?
    /// As sent.
    package var startAfter: [UInt8]?
    package var showsOwner = false
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    let query = request.query
    var input = Input(listing: ListObjectsRequest(bucket: request.knownBucket))
    input.listing.asOf = request.asOf
    input.listing.within = request.within
    input.listing.showsRestores = RestoreText.isWanted(request)
    input.isURLEncoded = try ListParameters.isURLEncoded(query)
    input.listing.limit = try ListParameters.keys(request)
    input.listing.prefix = try query.text("prefix") ?? []
    input.listing.delimiter = try query.text("delimiter") ?? []
    input.showsOwner = query.has("fetch-owner", value: "true")
    input.token = query.value("continuation-token")
    if request.dialect.listing.ignoresEmptyMarkers, input.token?.isEmpty == true { input.token = nil }
    if let token = input.token {
      input.listing.after = try ContinuationToken.decode(token)
    } else if let start = try query.text("start-after"), !start.isEmpty {
      input.startAfter = start
      input.listing.after = start
    }
    return input
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> ListObjectsPage {
    guard input.listing.limit > 0 else { return ListObjectsPage() }
    return try await services.store.listObjects(input.listing)
  }

  package static func encode(
    _ page: ListObjectsPage, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let listing = input.listing
    var writer = ListingWriter(
      request.dialect, isURLEncoded: input.isURLEncoded, capacity: 1024 + 400 * page.entries.count)
    writer.xml.open("ListBucketResult", xmlns: request.dialect.xmlNamespace)
    writer.xml.element("Name", listing.bucket.name.string)
    writer.key("Prefix", listing.prefix)
    if let start = input.startAfter { writer.key("StartAfter", start) }
    if let token = input.token { writer.token("ContinuationToken", token[...].lossyText) }
    if page.isTruncated, let next = page.next {
      writer.token("NextContinuationToken", ContinuationToken.encode(next))
    }
    writer.xml.element("KeyCount", page.entries.count)
    writer.xml.element("MaxKeys", listing.limit)
    writer.echo("Delimiter", listing.delimiter)
    if input.isURLEncoded { writer.xml.element("EncodingType", "url") }
    writer.xml.element("IsTruncated", page.isTruncated)
    writer.entries(page, showsOwner: input.showsOwner, at: request.arrived)
    writer.xml.close("ListBucketResult")
    return request.reply(writer.xml)
  }
}
