import Flow
import HTTP

/// Sets the priorities of the users of a resource pool. OSS `PutResourcePoolRequesterPriorityQosConfiguration`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putresourcepoolrequesterpriorityqosconfiguration>
package enum PutResourcePoolRequesterPriorityQosConfiguration: QoSChange {
  package static let spec = OperationSpec(
    "PutResourcePoolRequesterPriorityQosConfiguration", .put, .service, subresource: "requesterPriorityQos",
    action: "oss:PutResourcePoolRequesterPriorityQosConfiguration",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.REQUESTER_PRIORITY_QOS",
    isOfFlow: true,
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .malformedXML, .missingRequestBody, .noSuchResourcePool,
    ])

  package static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit {
    let place = PriorityPlan.Place(pool: try qos.pool(request), kind: .requesters)
    let plan = try PriorityQoSDocument.read(
      request, place, qos.configuration, isRequester: qos.isRequester)
    return .set(plan, at: place, minimum: qos.minimum)
  }
}
