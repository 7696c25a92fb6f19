import HTTP
package import Objects
import Primitives

/// A page of a bucket's keys, version 1. S3 `ListObjects`, OSS `GetBucket` (ListObjects).
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listobjects>
package enum ListObjects: Operation {
  package static let spec = OperationSpec(
    "ListObjects", .get, .bucket, action: "s3:ListBucket", cost: .list, logName: "REST.GET.BUCKET",
    looksBack: true,
    errors: [.accessDenied, .invalidArgument, .invalidRequest, .noSuchBucket])

  package struct Input: Sendable {
    package var listing: ListObjectsRequest
    package var isURLEncoded = false
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
    input.listing.after = try query.text("marker") ?? []
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
    writer.key("Marker", listing.after)
    // Without a delimiter clients of S3 go on from the last key.
    let showsNext = !listing.delimiter.isEmpty || request.dialect.listing.alwaysShowsNextMarker
    if page.isTruncated, showsNext, let next = page.next { writer.key("NextMarker", next) }
    writer.xml.element("MaxKeys", listing.limit)
    writer.echo("Delimiter", listing.delimiter)
    if input.isURLEncoded { writer.xml.element("EncodingType", "url") }
    writer.xml.element("IsTruncated", page.isTruncated)
    writer.entries(page, showsOwner: true, at: request.arrived)
    writer.xml.close("ListBucketResult")
    return request.reply(writer.xml)
  }
}

extension ListingWriter {
  /// `Contents`, then `CommonPrefixes`.
  mutating func entries(_ page: ListObjectsPage, showsOwner: Bool, at now: Timestamp) {
    var hasPrefixes = false
    for (index, entry) in page.entries.enumerated() {
      if entry.isPrefix {
        hasPrefixes = true
      } else {
        let owner = Int(entry.owner)
        let isKnown = showsOwner && page.owners.indices.contains(owner)
        let restore = page.restores.isEmpty ? nil : page.restores[index]
        contents(
          page.key(entry), entry, owner: isKnown ? page.owners[owner] : nil, restore: restore, at: now)
      }
    }
    guard hasPrefixes else { return }
    for entry in page.entries where entry.isPrefix { commonPrefix(page.key(entry)) }
  }
}
