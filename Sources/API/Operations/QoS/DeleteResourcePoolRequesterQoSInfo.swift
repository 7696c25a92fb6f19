import HTTP

/// Takes the limits of one user at a resource pool away. OSS `DeleteResourcePoolRequesterQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deleteresourcepoolrequesterqosinfo>
package enum DeleteResourcePoolRequesterQoSInfo: QoSChange {
  package static let spec = OperationSpec(
    "DeleteResourcePoolRequesterQoSInfo", .delete, .service, subresource: "requesterQosInfo",
    action: "oss:DeleteResourcePoolRequesterQoSInfo",
    cost: .control, logName: "REST.DELETE.POOL_REQUESTER_QOS_INFO", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchResourcePool])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    .clear(.requester(try qos.requester(request), at: try qos.pool(request)))
  }
}
