import Flow
import HTTP
package import Primitives

/// The priorities of the buckets and bucket groups of a resource pool. OSS `GetResourcePoolPriorityQosConfiguration`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getresourcepoolpriorityqosconfiguration>
package enum GetResourcePoolPriorityQosConfiguration: QoSQuery {
  package static let spec = OperationSpec(
    "GetResourcePoolPriorityQosConfiguration", .get, .service, subresource: "priorityQos",
    action: "oss:GetResourcePoolPriorityQosConfiguration",
    cost: .control, logName: "REST.GET.PRIORITY_QOS", isOfFlow: true,
    errors: [.accessDenied, .invalidArgument, .noSuchQoSConfiguration, .noSuchResourcePool])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    let configuration = qos.configuration
    let place = PriorityPlan.Place(pool: try qos.pool(request), kind: .buckets)
    guard let plan = configuration.plans[place] else { throw S3Error(.noSuchQoSConfiguration) }
    return PriorityQoSDocument.document(plan, configuration)
  }
}
