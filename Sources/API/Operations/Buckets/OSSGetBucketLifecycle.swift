import HTTP
package import Objects
import Primitives

/// The lifecycle rules of a bucket. OSS `GetBucketLifecycle`; S3's document is another.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketlifecycle>
package enum OSSGetBucketLifecycle: Operation {
  package static let spec = OperationSpec(
    "GetBucketLifecycle", .get, .bucket, subresource: "lifecycle", action: "oss:GetBucketLifecycle",
    cost: .read, logName: "REST.GET.LIFECYCLE", isForViews: true,
    errors: [.accessDenied, .noSuchBucket, .noSuchLifecycle, .notImplemented])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> LifecycleRules? { request.knownBucket.settings.lifecycle }

  package static func encode(
    _ rules: LifecycleRules?, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    guard let rules else {
      throw S3Error(.noSuchLifecycle, elements: [("BucketName", request.knownBucket.name.string)])
    }
    var xml = XMLWriter(capacity: 1024)
    xml.open("LifecycleConfiguration")
    try LifecycleDocument.writeOSS(rules, to: &xml)
    xml.close("LifecycleConfiguration")
    return request.reply(xml)
  }
}
