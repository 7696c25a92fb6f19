import HTTP
import Primitives

/// Has the bucket's owner pay for requests, as they do; others cannot. OSS `PutBucketRequestPayment`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketrequestpayment>
package enum OSSPutBucketRequestPayment: FixedChange {
  package static let spec = OperationSpec(
    "PutBucketRequestPayment", .put, .bucket, subresource: "requestPayment",
    action: "oss:PutBucketRequestPayment",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.REQUEST_PAYMENT",
    errors: [
      .accessDenied, .badDigest, .malformedXML, .missingRequestBody, .noSuchBucket, .notImplemented,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) {
    try PayloadIntegrity.check(request)
    let root = try RequestDocument.parse(request.payload, root: "RequestPaymentConfiguration")
    switch root.string("Payer") {
    case "BucketOwner": return
    case "Requester": throw .notImplemented(element: "Requester")
    default: throw S3Error(.malformedXML)
    }
  }

  package static let status = 200
}
