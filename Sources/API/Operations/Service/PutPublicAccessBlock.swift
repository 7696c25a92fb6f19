import HTTP

/// Has what makes anything of the account public refused, as it is anyway; it cannot be let. OSS
/// `PutPublicAccessBlock`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putpublicaccessblock>
package enum PutPublicAccessBlock: FixedChange {
  package static let spec = OperationSpec(
    "PutPublicAccessBlock", .put, .service, subresource: "publicAccessBlock",
    action: "oss:PutPublicAccessBlock", body: .buffered(limit: 64 << 10), cost: .control,
    logName: "REST.PUT.ACCOUNT_PUBLIC_ACCESS_BLOCK",
    errors: [.badDigest, .malformedXML, .missingRequestBody, .notImplemented])

  package static func decode(_ request: APIRequest) throws(S3Error) {
    try PublicAccessBlock.expectBlocked(request)
  }

  package static let status = 200
}
