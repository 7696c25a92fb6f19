import HTTP
package import Primitives

/// Who pays for requests: the bucket's owner. OSS `GetBucketRequestPayment`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketrequestpayment>
package enum OSSGetBucketRequestPayment: FixedAnswer {
  package static let spec = OperationSpec(
    "GetBucketRequestPayment", .get, .bucket, subresource: "requestPayment",
    action: "oss:GetBucketRequestPayment", cost: .read,
    logName: "REST.GET.REQUEST_PAYMENT", isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func write(to xml: inout XMLWriter) {
    xml.open("RequestPaymentConfiguration")
    xml.element("Payer", "BucketOwner")
    xml.close("RequestPaymentConfiguration")
  }
}
