import HTTP
package import Primitives

/// Whether what makes a bucket public is refused: it always is. OSS `GetBucketPublicAccessBlock`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketpublicaccessblock>
package enum GetBucketPublicAccessBlock: FixedAnswer {
  package static let spec = OperationSpec(
    "GetBucketPublicAccessBlock", .get, .bucket, subresource: "publicAccessBlock",
    action: "oss:GetBucketPublicAccessBlock", cost: .read,
    logName: "REST.GET.PUBLIC_ACCESS_BLOCK", isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func write(to xml: inout XMLWriter) {
    PublicAccessBlock.write(to: &xml)
  }
}
