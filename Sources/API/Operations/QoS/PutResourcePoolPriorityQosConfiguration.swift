import Flow
import HTTP

/// Sets the priorities of the buckets and bucket groups of a resource pool. OSS
/// `PutResourcePoolPriorityQosConfiguration`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putresourcepoolpriorityqosconfiguration>
package enum PutResourcePoolPriorityQosConfiguration: QoSChange {
  package static let spec = OperationSpec(
    "PutResourcePoolPriorityQosConfiguration", .put, .service, subresource: "priorityQos",
    action: "oss:PutResourcePoolPriorityQosConfiguration",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.PRIORITY_QOS", isOfFlow: true,
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .malformedXML, .missingRequestBody, .noSuchResourcePool,
    ])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    let place = PriorityPlan.Place(pool: try qos.pool(request), kind: .buckets)
    let plan = try PriorityQoSDocument.read(
      request, place, qos.configuration, isRequester: qos.isRequester)
    return .set(plan, at: place, minimum: qos.minimum)
  }
}
