import HTTP

/// Takes a bucket's own block of public access away. The server's stays, which blocks it as well. OSS
/// `DeleteBucketPublicAccessBlock`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketpublicaccessblock>
package enum DeleteBucketPublicAccessBlock: FixedChange {
  package static let spec = OperationSpec(
    "DeleteBucketPublicAccessBlock", .delete, .bucket, subresource: "publicAccessBlock",
    action: "oss:DeleteBucketPublicAccessBlock", cost: .control, logName: "REST.DELETE.PUBLIC_ACCESS_BLOCK",
    errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static let status = 204
}
