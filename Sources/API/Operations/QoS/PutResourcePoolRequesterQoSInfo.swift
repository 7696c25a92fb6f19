import HTTP

/// Limits the traffic of one user at all buckets of a resource pool. OSS `PutResourcePoolRequesterQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putresourcepoolrequesterqosinfo>
package enum PutResourcePoolRequesterQoSInfo: QoSChange {
  package static let spec = OperationSpec(
    "PutResourcePoolRequesterQoSInfo", .put, .service, subresource: "requesterQosInfo",
    action: "oss:PutResourcePoolRequesterQoSInfo",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.POOL_REQUESTER_QOS_INFO",
    isOfFlow: true,
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .malformedXML, .missingRequestBody, .noSuchResourcePool,
    ])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    let subject = QoSSubject.requester(try qos.requester(request), at: try qos.pool(request))
    return .set(try QoSDocument.read(request), at: subject, minimum: qos.minimum)
  }
}
