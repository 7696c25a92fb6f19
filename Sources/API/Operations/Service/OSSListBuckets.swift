import Access
import HTTP
package import Objects
import Primitives

/// The caller's buckets by name; root sees everybody's. OSS `ListBuckets` (GetService); S3's document is another one.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listbuckets>
package enum OSSListBuckets: Operation {
  package static let spec = OperationSpec(
    "ListBuckets", .get, .service, action: "oss:ListBuckets", cost: .list, logName: "REST.GET.SERVICE",
    errors: [.invalidArgument])

  package struct Input: Sendable {
    package var listing = ListBucketsRequest()
    /// As sent, to be echoed.
    package var marker = ""
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    var input = Input()
    if let identity = request.identity, !identity.isRoot {
      input.listing.owner = PrincipalID(identity.canonicalID)
    }
    input.listing.prefix = try request.query.string("prefix") ?? ""
    input.marker = try request.query.string("marker") ?? ""
    if !input.marker.isEmpty { input.listing.after = input.marker }
    input.listing.limit = try ListParameters.keys(request)
    return input
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> ListBucketsPage {
    try services.store.listBuckets(input.listing)
  }

  package static func encode(
    _ page: ListBucketsPage, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 512 + 320 * page.buckets.count)
    xml.open("ListAllMyBucketsResult")
    if page.isTruncated, let last = page.buckets.last {
      xml.element("Prefix", input.listing.prefix)
      xml.element("Marker", input.marker)
      xml.element("MaxKeys", input.listing.limit)
      xml.element("IsTruncated", true)
      xml.element("NextMarker", last.name.string)
    }
    xml.open("Owner")
    xml.element("ID", request.identity?.canonicalID ?? "")
    xml.element("DisplayName", request.identity?.canonicalID ?? "")
    xml.close("Owner")
    xml.open("Buckets")
    for bucket in page.buckets {
      xml.open("Bucket")
      OSSBucketElements.write(bucket, request, to: &xml)
      xml.close("Bucket")
    }
    xml.close("Buckets")
    xml.close("ListAllMyBucketsResult")
    return request.reply(xml)
  }
}
