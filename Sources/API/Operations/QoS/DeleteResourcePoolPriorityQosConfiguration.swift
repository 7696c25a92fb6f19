import Flow
import HTTP

/// Takes the priorities of the buckets and bucket groups of a resource pool away. OSS
/// `DeleteResourcePoolPriorityQosConfiguration`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deleteresourcepoolpriorityqosconfiguration>
package enum DeleteResourcePoolPriorityQosConfiguration: QoSChange {
  package static let spec = OperationSpec(
    "DeleteResourcePoolPriorityQosConfiguration", .delete, .service, subresource: "priorityQos",
    action: "oss:DeleteResourcePoolPriorityQosConfiguration",
    cost: .control, logName: "REST.DELETE.PRIORITY_QOS", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchResourcePool])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    .clear(PriorityPlan.Place(pool: try qos.pool(request), kind: .buckets))
  }
}
