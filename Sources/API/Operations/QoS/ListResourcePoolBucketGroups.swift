import Flow
import HTTP
package import Primitives

/// The bucket groups of a resource pool, with their buckets. No sub-resource of its own: other requests name a
/// group with the same parameter. OSS `ListResourcePoolBucketGroups`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listresourcepoolbucketgroups>
package enum ListResourcePoolBucketGroups: QoSQuery {
  package static let spec = OperationSpec(
    "ListResourcePoolBucketGroups", .get, .service,
    parameters: [.init("resourcePoolBucketGroup"), .init("resourcePool")],
    action: "oss:ListResourcePoolBucketGroups",
    cost: .control, logName: "REST.GET.RESOURCE_POOL_BUCKET_GROUPS", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchResourcePool])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    let name = try qos.pool(request)
    var page = try QoSPage(request)
    let configuration = qos.configuration
    let groups = page.cut(configuration.groups(of: name)) { $0 }
    let members = configuration.buckets(of: name).map(\.member)
    var xml = XMLWriter(capacity: 512 + 128 * (groups.count + members.count))
    xml.open("ListResourcePoolBucketGroupsResult")
    xml.element("ResourcePool", name)
    page.write(to: &xml)
    for group in groups {
      xml.open("ResourcePoolBucketGroup")
      xml.element("Name", group)
      for member in members where member.group == group {
        xml.open("GroupBucketInfo")
        xml.element("BucketName", member.bucketName)
        xml.close("GroupBucketInfo")
      }
      xml.close("ResourcePoolBucketGroup")
    }
    xml.close("ListResourcePoolBucketGroupsResult")
    return xml
  }
}
