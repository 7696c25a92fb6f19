import HTTP
package import Primitives

/// What limits the traffic of one user at a resource pool. OSS `GetResourcePoolRequesterQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getresourcepoolrequesterqosinfo>
package enum GetResourcePoolRequesterQoSInfo: QoSQuery {
  package static let spec = OperationSpec(
    "GetResourcePoolRequesterQoSInfo", .get, .service, subresource: "requesterQosInfo",
    parameters: [.init("qosRequester")], action: "oss:GetResourcePoolRequesterQoSInfo",
    cost: .control, logName: "REST.GET.POOL_REQUESTER_QOS_INFO", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchQoSConfiguration, .noSuchResourcePool])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    let (pool, requester) = (try qos.pool(request), try qos.requester(request))
    let settings = try qos.thresholds(at: .requester(requester, at: pool))
    var xml = XMLWriter(capacity: 1024)
    RequesterQoSElement.write(requester.id, settings, to: &xml)
    return xml
  }
}
