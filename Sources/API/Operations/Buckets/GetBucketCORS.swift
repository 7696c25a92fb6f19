import HTTP
package import Objects
import Primitives

/// The cross-origin rules of a bucket. S3 and OSS `GetBucketCors`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketcors>
package enum GetBucketCORS: Operation {
  package static let spec = OperationSpec(
    "GetBucketCors", .get, .bucket, subresource: "cors", action: "s3:GetBucketCORS", cost: .read,
    logName: "REST.GET.CORS", isForViews: true,
    errors: [.accessDenied, .noSuchBucket, .noSuchCORSConfiguration])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> CrossOriginRules? { request.knownBucket.settings.crossOrigin }

  package static func encode(
    _ rules: CrossOriginRules?, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    guard let rules else {
      throw S3Error(
        .noSuchCORSConfiguration, elements: [("BucketName", request.knownBucket.name.string)])
    }
    var xml = XMLWriter(capacity: 1024)
    xml.open("CORSConfiguration", xmlns: request.dialect.xmlNamespace)
    CrossOriginDocument.write(rules, request.dialect.crossOrigin, to: &xml)
    xml.close("CORSConfiguration")
    return request.reply(xml)
  }
}
