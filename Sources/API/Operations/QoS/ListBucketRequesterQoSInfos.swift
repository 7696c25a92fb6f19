import Flow
import HTTP
import Objects
package import Primitives

/// The users whose traffic at a bucket is limited. OSS `ListBucketRequesterQoSInfos`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/listbucketrequesterqosinfos>
package enum ListBucketRequesterQoSInfos: QoSQuery {
  package static let spec = OperationSpec(
    "ListBucketRequesterQoSInfos", .get, .bucket, subresource: "requesterQosInfo",
    action: "oss:ListBucketRequesterQoSInfos",
    cost: .control, logName: "REST.GET.REQUESTER_QOS_INFOS", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchBucket])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    var page = try QoSPage(request)
    var found: [(id: String, settings: NodeSettings)] = []
    for case (.bucketRequester(request.knownBucket.id, let id), let record) in qos.thresholds {
      found.append((id, record.settings))
    }
    let entries = page.cut(found) { $0.id }
    var xml = XMLWriter(capacity: 512 + 768 * entries.count)
    xml.open("ListBucketRequesterQoSInfosResult")
    xml.element("Bucket", request.knownBucket.name.string)
    page.write(to: &xml)
    for entry in entries { RequesterQoSElement.write(entry.id, entry.settings, to: &xml) }
    xml.close("ListBucketRequesterQoSInfosResult")
    return xml
  }
}
