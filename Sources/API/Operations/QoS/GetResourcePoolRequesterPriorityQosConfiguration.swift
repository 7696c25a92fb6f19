import Flow
import HTTP
package import Primitives

/// The priorities of the users of a resource pool. OSS `GetResourcePoolRequesterPriorityQosConfiguration`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getresourcepoolrequesterpriorityqosconfiguration>
package enum GetResourcePoolRequesterPriorityQosConfiguration: QoSQuery {
  package static let spec = OperationSpec(
    "GetResourcePoolRequesterPriorityQosConfiguration", .get, .service, subresource: "requesterPriorityQos",
    action: "oss:GetResourcePoolRequesterPriorityQosConfiguration",
    cost: .control, logName: "REST.GET.REQUESTER_PRIORITY_QOS", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchQoSConfiguration, .noSuchResourcePool])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    let configuration = qos.configuration
    let place = PriorityPlan.Place(pool: try qos.pool(request), kind: .requesters)
    guard let plan = configuration.plans[place] else { throw S3Error(.noSuchQoSConfiguration) }
    return PriorityQoSDocument.document(plan, configuration)
  }
}
