import Flow
import HTTP
package import Primitives

/// The bucket groups of a resource pool that are limited. OSS `ListResourcePoolBucketGroupQoSInfos`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listresourcepoolbucketgroupqosinfos>
package enum ListResourcePoolBucketGroupQoSInfos: QoSQuery {
  package static let spec = OperationSpec(
    "ListResourcePoolBucketGroupQoSInfos", .get, .service, subresource: "resourcePoolBucketGroupQosInfo",
    or: "resourcePoolBucketGroupQoSInfo", action: "oss:ListResourcePoolBucketGroupQoSInfos",
    cost: .control, logName: "REST.GET.BUCKET_GROUP_QOS_INFOS", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchResourcePool])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    let pool = try qos.pool(request)
    var page = try QoSPage(request)
    var found: [(name: String, settings: NodeSettings)] = []
    for case (.group(pool, let name), let record) in qos.thresholds { found.append((name, record.settings)) }
    let entries = page.cut(found) { $0.name }
    var xml = XMLWriter(capacity: 512 + 768 * entries.count)
    xml.open("ListResourcePoolBucketGroupQoSInfosResult")
    xml.element("ResourcePool", pool)
    page.write(to: &xml)
    for entry in entries { BucketGroupQoSElement.write(entry.name, entry.settings, to: &xml) }
    xml.close("ListResourcePoolBucketGroupQoSInfosResult")
    return xml
  }
}
