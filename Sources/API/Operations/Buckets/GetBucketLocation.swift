import HTTP
package import Objects
import Primitives

/// The region of a bucket. S3 `GetBucketLocation`, OSS `GetBucketLocation`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketlocation>
package enum GetBucketLocation: Operation {
  package static let spec = OperationSpec(
    "GetBucketLocation", .get, .bucket, subresource: "location", action: "s3:GetBucketLocation",
    cost: .read, logName: "REST.GET.LOCATION",
    isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> String { request.knownBucket.region }

  package static func encode(
    _ region: String, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 256)
    xml.open("LocationConstraint", xmlns: request.dialect.xmlNamespace)
    // The default region is spelled by saying nothing.
    if region != request.dialect.defaultRegion {
      xml.raw(request.dialect.objects.locationPrefix)
      xml.text(region)
    }
    xml.close("LocationConstraint")
    return request.reply(xml)
  }
}
