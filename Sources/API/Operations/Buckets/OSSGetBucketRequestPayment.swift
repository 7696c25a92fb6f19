import HTTP
package import Objects
import Primitives

/// Who pays for requests: the bucket's owner. OSS `GetBucketRequestPayment`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketrequestpayment>
package enum OSSGetBucketRequestPayment: Operation {
  package static let spec = OperationSpec(
    "GetBucketRequestPayment", .get, .bucket, subresource: "requestPayment",
    action: "oss:GetBucketRequestPayment", cost: .read,
    logName: "REST.GET.REQUEST_PAYMENT", isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {}

  package static func encode(
    _ output: Void, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 256)
    xml.open("RequestPaymentConfiguration")
    xml.element("Payer", "BucketOwner")
    xml.close("RequestPaymentConfiguration")
    return request.reply(xml)
  }
}
