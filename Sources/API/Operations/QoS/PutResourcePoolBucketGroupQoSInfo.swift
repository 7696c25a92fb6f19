import HTTP

/// Limits the traffic of a bucket group. OSS `PutResourcePoolBucketGroupQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putresourcepoolbucketgroupqosinfo>
package enum PutResourcePoolBucketGroupQoSInfo: QoSChange {
  package static let spec = OperationSpec(
    "PutResourcePoolBucketGroupQoSInfo", .put, .service, subresource: "resourcePoolBucketGroupQosInfo",
    or: "resourcePoolBucketGroupQoSInfo", action: "oss:PutResourcePoolBucketGroupQoSInfo",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.BUCKET_GROUP_QOS_INFO",
    isOfFlow: true,
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .malformedXML, .missingRequestBody, .noSuchResourcePool,
    ])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    let subject = try qos.group(request)
    return .set(try QoSDocument.read(request), at: subject, minimum: qos.minimum)
  }
}
