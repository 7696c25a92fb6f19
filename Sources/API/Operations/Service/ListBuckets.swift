import Access
import HTTP
package import Objects
import Primitives

/// The caller's buckets by name; root sees everybody's. S3 `ListBuckets`, OSS `ListBuckets` (GetService).
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listbuckets>
package enum ListBuckets: Operation {
  package static let spec = OperationSpec(
    "ListBuckets", .get, .service, action: "s3:ListAllMyBuckets", cost: .list, logName: "REST.GET.SERVICE",
    errors: [.invalidArgument])

  /// Buckets of one page.
  package static let pageLimit = 10_000

  package struct Input: Sendable {
    package var listing = ListBucketsRequest()
    /// As sent, to be echoed.
    package var prefix: String?
    /// Whether the request has a parameter at all: then each bucket's region is told.
    package var isDetailed = false
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    var input = Input()
    if let identity = request.identity, !identity.isRoot {
      input.listing.owner = PrincipalID(identity.canonicalID)
    }
    let query = request.query
    input.prefix = try query.string("prefix")
    input.listing.prefix = input.prefix ?? ""
    if let token = query.value("continuation-token") {
      input.listing.after = String(decoding: try ContinuationToken.decode(token), as: Unicode.UTF8.self)
    }
    input.listing.limit = try maximum(query)
    input.isDetailed =
      query.contains("prefix") || query.contains("continuation-token") || query.contains("max-buckets")
      || query.contains("bucket-region")
    return input
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> ListBucketsPage {
    guard let region = request.query.value("bucket-region"), !region.elementsEqual(services.region.utf8)
    else {
      return try services.store.listBuckets(input.listing)
    }
    // All buckets are in the server's region.
    var none = input.listing
    none.limit = 0
    return try services.store.listBuckets(none)
  }

  package static func encode(
    _ page: ListBucketsPage, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 256 + 160 * page.buckets.count)
    xml.open("ListAllMyBucketsResult", xmlns: request.dialect.xmlNamespace)
    xml.open("Owner")
    xml.element("ID", request.identity?.canonicalID ?? "")
    xml.element("DisplayName", request.identity?.name ?? "")
    xml.close("Owner")
    xml.open("Buckets")
    for bucket in page.buckets {
      xml.open("Bucket")
      xml.element("Name", bucket.name.string)
      xml.element("CreationDate", bucket.created.iso8601Seconds)
      if input.isDetailed { xml.element("BucketRegion", bucket.region) }
      xml.close("Bucket")
    }
    xml.close("Buckets")
    if page.isTruncated, let last = page.buckets.last {
      xml.element("ContinuationToken", ContinuationToken.encode(Array(last.name.string.utf8)))
    }
    if let prefix = input.prefix { xml.element("Prefix", prefix) }
    xml.close("ListAllMyBucketsResult")
    return request.reply(xml)
  }

  private static func maximum(_ query: QueryParameters) throws(S3Error) -> Int {
    guard let bytes = query.value("max-buckets") else { return pageLimit }
    guard let number = UInt64(decimal: bytes[...]), (1...UInt64(pageLimit)).contains(number) else {
      throw .invalidArgument(
        "max-buckets", bytes[...].lossyText,
        "Argument max-buckets must be an integer between 1 and \(pageLimit)")
    }
    return Int(number)
  }
}
