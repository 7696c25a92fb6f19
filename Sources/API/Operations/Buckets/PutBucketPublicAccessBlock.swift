import HTTP

/// Has what makes a bucket public refused, as it is anyway; it cannot be let. OSS `PutBucketPublicAccessBlock`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketpublicaccessblock>
package enum PutBucketPublicAccessBlock: FixedChange {
  package static let spec = OperationSpec(
    "PutBucketPublicAccessBlock", .put, .bucket, subresource: "publicAccessBlock",
    action: "oss:PutBucketPublicAccessBlock",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.PUBLIC_ACCESS_BLOCK",
    errors: [
      .accessDenied, .badDigest, .malformedXML, .missingRequestBody, .noSuchBucket, .notImplemented,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) {
    try PublicAccessBlock.expectBlocked(request)
  }

  package static let status = 200
}
