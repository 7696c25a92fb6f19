import HTTP
package import Objects
import Primitives

/// Whether what makes a bucket public is refused: it always is. OSS `GetBucketPublicAccessBlock`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketpublicaccessblock>
package enum GetBucketPublicAccessBlock: Operation {
  package static let spec = OperationSpec(
    "GetBucketPublicAccessBlock", .get, .bucket, subresource: "publicAccessBlock",
    action: "oss:GetBucketPublicAccessBlock", cost: .read,
    logName: "REST.GET.PUBLIC_ACCESS_BLOCK", isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {}

  package static func encode(
    _ output: Void, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 256)
    xml.open("PublicAccessBlockConfiguration")
    xml.element("BlockPublicAccess", true)
    xml.close("PublicAccessBlockConfiguration")
    return request.reply(xml)
  }
}
