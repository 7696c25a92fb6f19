import Access
import Flow
import HTTP
package import Primitives

/// One resource pool and its limits. OSS `GetResourcePoolInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getresourcepoolinfo>
package enum GetResourcePoolInfo: QoSQuery {
  package static let spec = OperationSpec(
    "GetResourcePoolInfo", .get, .service, subresource: "resourcePoolInfo", action: "oss:GetResourcePoolInfo",
    cost: .control, logName: "REST.GET.RESOURCE_POOL_INFO", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchResourcePool])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    let name = try qos.pool(request)
    let configuration = qos.configuration
    var xml = XMLWriter(capacity: 1024)
    xml.open("GetResourcePoolInfoResponse")
    xml.element("Region", qos.region)
    xml.element("Name", name)
    xml.element("Owner", Account.id)
    if let pool = configuration.pools[name] { xml.element("CreateTime", pool.created.iso8601) }
    QoSDocument.element(configuration.nodes[.pool(name)]?.settings ?? NodeSettings(), to: &xml)
    xml.close("GetResourcePoolInfoResponse")
    return xml
  }
}
