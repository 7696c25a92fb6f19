import HTTP
package import Objects
import Primitives

/// Enables or suspends versioning; once enabled it never goes back to how it was before. S3 `PutBucketVersioning`,
/// OSS `PutBucketVersioning`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketversioning>
package enum PutBucketVersioning: Operation {
  package static let spec = OperationSpec(
    "PutBucketVersioning", .put, .bucket, subresource: "versioning", action: "s3:PutBucketVersioning",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.PUT.VERSIONING",
    errors: [
      .accessDenied, .badDigest, .illegalVersioningConfiguration, .invalidBucketState, .malformedXML,
      .missingRequestBody, .noSuchBucket, .notImplemented,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> VersioningState {
    // S3 takes this one without a header that vouches for it.
    try PayloadIntegrity.check(request)
    let root = try RequestDocument.parse(request.payload, root: "VersioningConfiguration")
    switch root.string("MfaDelete") {
    case nil, "Disabled": break
    case "Enabled": throw .notImplemented(element: "MfaDelete")
    default: throw S3Error(.illegalVersioningConfiguration)
    }
    switch root.string("Status") {
    case "Enabled": return .enabled
    case "Suspended": return .suspended
    default: throw S3Error(.illegalVersioningConfiguration)
    }
  }

  package static func perform(
    _ state: VersioningState, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setVersioning(state, of: request.knownBucket)
  }

  package static func encode(
    _ output: Void, _ state: VersioningState, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
