import Flow
import HTTP
package import Primitives

/// The buckets of a resource pool. OSS `ListResourcePoolBuckets`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listresourcepoolbuckets>
package enum ListResourcePoolBuckets: QoSQuery {
  package static let spec = OperationSpec(
    "ListResourcePoolBuckets", .get, .service, subresource: "resourcePoolBuckets",
    action: "oss:ListResourcePoolBuckets",
    cost: .control, logName: "REST.GET.RESOURCE_POOL_BUCKETS", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchResourcePool])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    let name = try qos.pool(request)
    var page = try QoSPage(request)
    let members = page.cut(qos.configuration.buckets(of: name).map(\.member)) { $0.bucketName }
    var xml = XMLWriter(capacity: 512 + 192 * members.count)
    xml.open("ListResourcePoolBucketsResult")
    xml.element("ResourcePool", name)
    page.write(to: &xml)
    for member in members {
      xml.open("ResourcePoolBucket")
      xml.element("Name", member.bucketName)
      if let group = member.group { xml.element("Group", group) }
      xml.element("JoinTime", member.joined.iso8601)
      xml.close("ResourcePoolBucket")
    }
    xml.close("ListResourcePoolBucketsResult")
    return xml
  }
}
