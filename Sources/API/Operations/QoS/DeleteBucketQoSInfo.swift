import HTTP

/// Takes the limits of a bucket away. OSS `DeleteBucketQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/api-delete-bucket-qos-info>
package enum DeleteBucketQoSInfo: QoSChange {
  package static let spec = OperationSpec(
    "DeleteBucketQoSInfo", .delete, .bucket, subresource: "qosInfo", action: "oss:DeleteBucketQoSInfo",
    cost: .control, logName: "REST.DELETE.QOS_INFO", isOfFlow: true,
    errors: [.accessDenied, .noSuchBucket])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    .clear(.bucket(request.knownBucket))
  }
}
