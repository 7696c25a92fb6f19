import Flow
import HTTP
package import Primitives

/// The users whose traffic at a resource pool is limited. OSS `ListResourcePoolRequesterQoSInfos`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listresourcepoolrequesterqosinfos>
package enum ListResourcePoolRequesterQoSInfos: QoSQuery {
  package static let spec = OperationSpec(
    "ListResourcePoolRequesterQoSInfos", .get, .service, subresource: "requesterQosInfo",
    action: "oss:ListResourcePoolRequesterQoSInfos",
    cost: .control, logName: "REST.GET.POOL_REQUESTER_QOS_INFOS", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchResourcePool])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    let pool = try qos.pool(request)
    var page = try QoSPage(request)
    var found: [(id: String, settings: NodeSettings)] = []
    for case (.poolRequester(pool, let id), let record) in qos.thresholds {
      found.append((id, record.settings))
    }
    let entries = page.cut(found) { $0.id }
    var xml = XMLWriter(capacity: 512 + 768 * entries.count)
    xml.open("ListResourcePoolRequesterQoSInfosResult")
    xml.element("ResourcePool", pool)
    page.write(to: &xml)
    for entry in entries { RequesterQoSElement.write(entry.id, entry.settings, to: &xml) }
    xml.close("ListResourcePoolRequesterQoSInfosResult")
    return xml
  }
}
