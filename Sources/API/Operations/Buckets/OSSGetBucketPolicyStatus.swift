import HTTP
package import Objects
import Primitives

/// Whether a policy makes a bucket public: there are no policies. OSS `GetBucketPolicyStatus`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketpolicystatus>
package enum OSSGetBucketPolicyStatus: Operation {
  package static let spec = OperationSpec(
    "GetBucketPolicyStatus", .get, .bucket, subresource: "policyStatus",
    action: "oss:GetBucketPolicyStatus", cost: .read,
    logName: "REST.GET.BUCKETPOLICYSTATUS", isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {}

  package static func encode(
    _ output: Void, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 256)
    xml.open("PolicyStatus")
    xml.element("IsPublic", false)
    xml.close("PolicyStatus")
    return request.reply(xml)
  }
}
