import HTTP
package import Objects
import Primitives

/// The lifecycle rules of a bucket. S3 `GetBucketLifecycleConfiguration`; OSS's document is another.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html>
package enum GetBucketLifecycleConfiguration: Operation {
  package static let spec = OperationSpec(
    "GetBucketLifecycleConfiguration", aliases: ["GetBucketLifecycle"], .get, .bucket,
    subresource: "lifecycle", action: "s3:GetLifecycleConfiguration", cost: .read,
    logName: "REST.GET.LIFECYCLE", isForViews: true,
    errors: [.accessDenied, .noSuchBucket, .noSuchLifecycleConfiguration, .notImplemented])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> LifecycleRules? { request.knownBucket.settings.lifecycle }

  package static func encode(
    _ rules: LifecycleRules?, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    guard let rules else {
      throw S3Error(
        .noSuchLifecycleConfiguration, elements: [("BucketName", request.knownBucket.name.string)])
    }
    var xml = XMLWriter(capacity: 1024)
    xml.open("LifecycleConfiguration", xmlns: request.dialect.xmlNamespace)
    try LifecycleDocument.writeS3(rules, to: &xml)
    xml.close("LifecycleConfiguration")
    var head = request.reply(200)
    head.add("Content-Type", "application/xml")
    if let name = rules.smallestToMove.name {
      head.add(PutBucketLifecycleConfiguration.smallestHeader, name)
    }
    return .complete(head, xml.bytes[...])
  }
}
