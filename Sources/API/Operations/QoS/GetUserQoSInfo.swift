import Flow
import HTTP
package import Primitives

/// What limits all traffic of the account, which is the server. OSS `GetUserQoSInfo`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getuserqosinfo>
package enum GetUserQoSInfo: QoSQuery {
  package static let spec = OperationSpec(
    "GetUserQoSInfo", .get, .service, subresource: "qosInfo", action: "oss:GetUserQoSInfo",
    cost: .control, logName: "REST.GET.USER_QOS_INFO", isOfFlow: true,
    errors: [.accessDenied])

  package static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter {
    var xml = XMLWriter(capacity: 768)
    xml.open("QoSConfiguration")
    xml.element("Region", qos.region)
    QoSDocument.write(qos.configuration.nodes[.server]?.settings ?? NodeSettings(), to: &xml)
    xml.close("QoSConfiguration")
    return xml
  }
}
