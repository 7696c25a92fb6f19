import Flow
import HTTP

/// Takes the priorities of the users of a resource pool away. OSS
/// `DeleteResourcePoolRequesterPriorityQosConfiguration`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deleteresourcepoolrequesterpriorityqosconfiguration>
package enum DeleteResourcePoolRequesterPriorityQosConfiguration: QoSChange {
  package static let spec = OperationSpec(
    "DeleteResourcePoolRequesterPriorityQosConfiguration", .delete, .service,
    subresource: "requesterPriorityQos", action: "oss:DeleteResourcePoolRequesterPriorityQosConfiguration",
    cost: .control, logName: "REST.DELETE.REQUESTER_PRIORITY_QOS", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchResourcePool])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    .clear(PriorityPlan.Place(pool: try qos.pool(request), kind: .requesters))
  }
}
