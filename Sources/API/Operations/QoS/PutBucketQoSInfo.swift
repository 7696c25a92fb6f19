import HTTP

/// Limits the traffic of a bucket. OSS `PutBucketQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketqosinfo>
package enum PutBucketQoSInfo: QoSChange {
  package static let spec = OperationSpec(
    "PutBucketQoSInfo", .put, .bucket, subresource: "qosInfo", action: "oss:PutBucketQoSInfo",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.QOS_INFO", isOfFlow: true,
    errors: [.accessDenied, .badDigest, .invalidArgument, .malformedXML, .missingRequestBody, .noSuchBucket])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    let wanted = try QoSDocument.read(request)
    return .set(wanted, at: .bucket(request.knownBucket), minimum: qos.minimum)
  }
}
