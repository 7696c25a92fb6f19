import HTTP
package import Objects
import Primitives

/// A page of all versions of a bucket's keys, delete markers among them; within a key the newest first. S3
/// `ListObjectVersions`, OSS `ListObjectVersions`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectversions>
package enum ListObjectVersions: Operation {
  package static let spec = OperationSpec(
    "ListObjectVersions", .get, .bucket, subresource: "versions", action: "s3:ListBucketVersions",
    cost: .list, logName: "REST.GET.BUCKETVERSIONS", looksBack: true,
    errors: [.accessDenied, .invalidArgument, .invalidRequest, .noSuchBucket])

  package struct Input: Sendable {
    package var listing: ListObjectVersionsRequest
    package var isURLEncoded = false
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    let query = request.query
    var input = Input(listing: ListObjectVersionsRequest(bucket: request.knownBucket))
    input.isURLEncoded = try ListParameters.isURLEncoded(query)
    input.listing.asOf = request.asOf
    input.listing.within = request.within
    input.listing.showsRestores = RestoreText.isWanted(request)
    input.listing.limit = try ListParameters.keys(request)
    input.listing.prefix = try query.text("prefix") ?? []
    input.listing.delimiter = try query.text("delimiter") ?? []
    input.listing.keyMarker = try query.text("key-marker") ?? []
    input.listing.versionMarker = try versionMarker(request, hasKey: !input.listing.keyMarker.isEmpty)
    return input
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> ListObjectVersionsPage {
    guard input.listing.limit > 0 else { return ListObjectVersionsPage() }
    return try await services.store.listObjectVersions(input.listing)
  }

  package static func encode(
    _ page: ListObjectVersionsPage, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    let listing = input.listing
    var writer = ListingWriter(
      request.dialect, isURLEncoded: input.isURLEncoded, capacity: 1024 + 480 * page.entries.count)
    writer.xml.open("ListVersionsResult", xmlns: request.dialect.xmlNamespace)
    writer.xml.element("Name", listing.bucket.name.string)
    writer.key("Prefix", listing.prefix)
    writer.key("KeyMarker", listing.keyMarker)
    writer.xml.element("VersionIdMarker", listing.versionMarker?.text ?? "")
    if page.isTruncated {
      writer.key("NextKeyMarker", page.nextKeyMarker)
      if let next = page.nextVersionMarker { writer.xml.element("NextVersionIdMarker", next.text) }
    }
    writer.xml.element("MaxKeys", listing.limit)
    writer.echo("Delimiter", listing.delimiter)
    if input.isURLEncoded { writer.xml.element("EncodingType", "url") }
    writer.xml.element("IsTruncated", page.isTruncated)
    for case .version(let entry) in page.entries { writer.version(entry, at: request.arrived) }
    for case .prefix(let prefix) in page.entries { writer.commonPrefix(prefix[...]) }
    writer.xml.close("ListVersionsResult")
    return request.reply(writer.xml)
  }

  /// `version-id-marker`, which means something behind a key only.
  private static func versionMarker(
    _ request: APIRequest, hasKey: Bool
  ) throws(S3Error) -> VersionLabel? {
    let name = "version-id-marker"
    guard let text = try request.query.string("version-id-marker") else { return nil }
    if text.isEmpty && request.dialect.listing.ignoresEmptyMarkers { return nil }
    guard hasKey || text.isEmpty else {
      throw .invalidArgument(
        name, text, "A version-id marker cannot be specified without a key marker.")
    }
    guard !text.isEmpty else {
      throw .invalidArgument(name, "", "A version-id marker cannot be empty.")
    }
    guard let label = VersionLabel(text: text) else {
      throw .invalidArgument(name, text, "Invalid version id specified")
    }
    return label
  }
}
