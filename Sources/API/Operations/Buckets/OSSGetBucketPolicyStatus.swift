import HTTP
package import Primitives

/// Whether a policy makes a bucket public: there are no policies. OSS `GetBucketPolicyStatus`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketpolicystatus>
package enum OSSGetBucketPolicyStatus: FixedAnswer {
  package static let spec = OperationSpec(
    "GetBucketPolicyStatus", .get, .bucket, subresource: "policyStatus",
    action: "oss:GetBucketPolicyStatus", cost: .read,
    logName: "REST.GET.BUCKETPOLICYSTATUS", isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func write(to xml: inout XMLWriter) {
    xml.open("PolicyStatus")
    xml.element("IsPublic", false)
    xml.close("PolicyStatus")
  }
}
