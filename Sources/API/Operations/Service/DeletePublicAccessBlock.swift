import HTTP

/// Takes the account's block of public access away. Nothing can be made public all the same. OSS
/// `DeletePublicAccessBlock`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deletepublicaccessblock>
package enum DeletePublicAccessBlock: FixedChange {
  package static let spec = OperationSpec(
    "DeletePublicAccessBlock", .delete, .service, subresource: "publicAccessBlock",
    action: "oss:DeletePublicAccessBlock", cost: .control, logName: "REST.DELETE.ACCOUNT_PUBLIC_ACCESS_BLOCK")

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static let status = 204
}
