import HTTP
package import Objects
import Primitives

/// The versioning state of a bucket; an empty document where it was never set. S3 `GetBucketVersioning`, OSS
/// `GetBucketVersioning`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketversioning>
package enum GetBucketVersioning: Operation {
  package static let spec = OperationSpec(
    "GetBucketVersioning", .get, .bucket, subresource: "versioning", action: "s3:GetBucketVersioning",
    cost: .read, logName: "REST.GET.VERSIONING",
    isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> VersioningState { request.knownBucket.versioning }

  package static func encode(
    _ state: VersioningState, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 256)
    xml.open("VersioningConfiguration", xmlns: request.dialect.xmlNamespace)
    switch state {
    case .unversioned: break
    case .enabled: xml.element("Status", "Enabled")
    case .suspended: xml.element("Status", "Suspended")
    }
    xml.close("VersioningConfiguration")
    return request.reply(xml)
  }
}
