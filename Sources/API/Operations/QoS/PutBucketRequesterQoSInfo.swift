import HTTP

/// Limits the traffic of one user at a bucket. OSS `PutBucketRequesterQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketrequesterqosinfo>
package enum PutBucketRequesterQoSInfo: QoSChange {
  package static let spec = OperationSpec(
    "PutBucketRequesterQoSInfo", .put, .bucket, subresource: "requesterQosInfo",
    action: "oss:PutBucketRequesterQoSInfo",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.REQUESTER_QOS_INFO", isOfFlow: true,
    errors: [.accessDenied, .badDigest, .invalidArgument, .malformedXML, .missingRequestBody, .noSuchBucket])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    let subject = QoSSubject.requester(try qos.requester(request), at: request.knownBucket)
    return .set(try QoSDocument.read(request), at: subject, minimum: qos.minimum)
  }
}
