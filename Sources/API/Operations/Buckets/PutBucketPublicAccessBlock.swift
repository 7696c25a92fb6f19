import HTTP
package import Objects
import Primitives

/// Has what makes a bucket public refused, as it is anyway; it cannot be let. OSS `PutBucketPublicAccessBlock`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketpublicaccessblock>
package enum PutBucketPublicAccessBlock: Operation {
  package static let spec = OperationSpec(
    "PutBucketPublicAccessBlock", .put, .bucket, subresource: "publicAccessBlock",
    action: "oss:PutBucketPublicAccessBlock",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.PUBLIC_ACCESS_BLOCK",
    errors: [
      .accessDenied, .badDigest, .malformedXML, .missingRequestBody, .noSuchBucket, .notImplemented,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) {
    try PayloadIntegrity.check(request)
    let root = try RequestDocument.parse(request.payload, root: "PublicAccessBlockConfiguration")
    switch root.string("BlockPublicAccess")?.lowercased() {
    case "true": return
    case "false": throw .notImplemented(element: "BlockPublicAccess")
    default: throw S3Error(.malformedXML)
    }
  }

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {}

  package static func encode(
    _ output: Void, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
