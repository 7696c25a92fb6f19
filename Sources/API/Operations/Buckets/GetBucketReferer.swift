import HTTP
package import Objects
import Primitives

/// From which pages a bucket's objects may be linked to; from all, unless something was set. OSS `GetBucketReferer`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketreferer>
package enum GetBucketReferer: Operation {
  package static let spec = OperationSpec(
    "GetBucketReferer", .get, .bucket, subresource: "referer",
    action: "oss:GetBucketReferer", cost: .read,
    logName: "REST.GET.REFERER", isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> RefererRules { request.knownBucket.settings.referers ?? RefererRules() }

  package static func encode(
    _ output: RefererRules, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 512)
    RefererDocument.write(output, to: &xml)
    return request.reply(xml)
  }
}
