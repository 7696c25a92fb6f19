import HTTP
package import Primitives

/// What limits the traffic of one user at a bucket. OSS `GetBucketRequesterQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketrequesterqosinfo>
package enum GetBucketRequesterQoSInfo: QoSQuery {
  package static let spec = OperationSpec(
    "GetBucketRequesterQoSInfo", .get, .bucket, subresource: "requesterQosInfo",
    parameters: [.init("qosRequester")], action: "oss:GetBucketRequesterQoSInfo",
    cost: .control, logName: "REST.GET.REQUESTER_QOS_INFO", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchBucket, .noSuchQoSConfiguration])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    let requester = try qos.requester(request)
    let settings = try qos.thresholds(at: .requester(requester, at: request.knownBucket))
    var xml = XMLWriter(capacity: 1024)
    RequesterQoSElement.write(requester.id, settings, to: &xml)
    return xml
  }
}
