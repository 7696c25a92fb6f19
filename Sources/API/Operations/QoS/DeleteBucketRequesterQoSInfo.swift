import HTTP

/// Takes the limits of one user at a bucket away. OSS `DeleteBucketRequesterQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketrequesterqosinfo>
package enum DeleteBucketRequesterQoSInfo: QoSChange {
  package static let spec = OperationSpec(
    "DeleteBucketRequesterQoSInfo", .delete, .bucket, subresource: "requesterQosInfo",
    action: "oss:DeleteBucketRequesterQoSInfo",
    cost: .control, logName: "REST.DELETE.REQUESTER_QOS_INFO", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchBucket])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    .clear(.requester(try qos.requester(request), at: request.knownBucket))
  }
}
