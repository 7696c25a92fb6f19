import HTTP
package import Primitives

/// What limits the traffic of a bucket group. OSS `GetResourcePoolBucketGroupQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getresourcepoolbucketgroupqosinfo>
package enum GetResourcePoolBucketGroupQoSInfo: QoSQuery {
  package static let spec = OperationSpec(
    "GetResourcePoolBucketGroupQoSInfo", .get, .service, subresource: "resourcePoolBucketGroupQosInfo",
    or: "resourcePoolBucketGroupQoSInfo", parameters: [.init("resourcePoolBucketGroup")],
    action: "oss:GetResourcePoolBucketGroupQoSInfo",
    cost: .control, logName: "REST.GET.BUCKET_GROUP_QOS_INFO", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchQoSConfiguration, .noSuchResourcePool])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    let settings = try qos.thresholds(at: qos.group(request))
    var xml = XMLWriter(capacity: 1024)
    BucketGroupQoSElement.write(try QoS.value("resourcePoolBucketGroup", request), settings, to: &xml)
    return xml
  }
}
