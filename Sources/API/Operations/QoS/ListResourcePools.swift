import Access
import Flow
import HTTP
package import Primitives

/// The resource pools. OSS `ListResourcePools`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listresourcepools>
package enum ListResourcePools: QoSQuery {
  package static let spec = OperationSpec(
    "ListResourcePools", .get, .service, parameters: [.init("resourcePool")], action: "oss:ListResourcePools",
    cost: .control, logName: "REST.GET.RESOURCE_POOLS", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    var page = try QoSPage(request)
    let pools = page.cut(Array(qos.configuration.pools)) { $0.key }
    var xml = XMLWriter(capacity: 512 + 128 * pools.count)
    xml.open("ListResourcePoolsResult")
    xml.element("Region", qos.region)
    xml.element("Owner", Account.id)
    page.write(to: &xml)
    for (name, pool) in pools {
      xml.open("ResourcePool")
      xml.element("Name", name)
      xml.element("CreateTime", pool.created.iso8601)
      xml.close("ResourcePool")
    }
    xml.close("ListResourcePoolsResult")
    return xml
  }
}
