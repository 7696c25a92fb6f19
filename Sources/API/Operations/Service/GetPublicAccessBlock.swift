import HTTP
package import Primitives

/// Whether what makes anything of the account public is refused: it always is. OSS `GetPublicAccessBlock`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getpublicaccessblock>
package enum GetPublicAccessBlock: FixedAnswer {
  package static let spec = OperationSpec(
    "GetPublicAccessBlock", .get, .service, subresource: "publicAccessBlock",
    action: "oss:GetPublicAccessBlock", cost: .read, logName: "REST.GET.ACCOUNT_PUBLIC_ACCESS_BLOCK")

  package static func write(to xml: inout XMLWriter) {
    PublicAccessBlock.write(to: &xml)
  }
}
