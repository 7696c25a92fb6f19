import HTTP
package import Primitives

/// What limits the traffic of a bucket. OSS `GetBucketQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketqosinfo>
package enum GetBucketQoSInfo: QoSQuery {
  package static let spec = OperationSpec(
    "GetBucketQoSInfo", .get, .bucket, subresource: "qosInfo", action: "oss:GetBucketQoSInfo",
    cost: .control, logName: "REST.GET.QOS_INFO", isOfFlow: true,
    errors: [.accessDenied, .noSuchBucket, .noSuchQoSConfiguration])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    QoSDocument.document(try qos.thresholds(at: .bucket(request.knownBucket)))
  }
}
