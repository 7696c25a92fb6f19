import HTTP
package import Objects
import Primitives

/// Sets until when a version is kept, or removes it. S3 and OSS `PutObjectRetention`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html>
package enum PutObjectRetention: Operation {
  package static let spec = OperationSpec(
    "PutObjectRetention", .put, .object, subresource: "retention", action: "s3:PutObjectRetention",
    body: .buffered(limit: 64 << 10), cost: .write, logName: "REST.PUT.OBJECT_LOCK_RETENTION",
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .invalidRequest, .malformedXML, .methodNotAllowed,
      .missingRequestBody, .noSuchBucket, .noSuchKey, .noSuchVersion, .notImplemented,
    ])

  package struct Input: Sendable {
    /// Nil removes what there is.
    package let retention: Retention?
    /// Nil: the current one.
    package let version: VersionLabel?
    package let bypassesGovernance: Bool
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    guard request.knownBucket.settings.objectLock != nil else { throw S3Error(.objectLockMissing, request) }
    try PayloadIntegrity.demand(request)
    let root = try RequestDocument.parse(request.payload, root: "Retention")
    return Input(
      retention: try RetentionDocument.read(root, now: request.arrived),
      version: try VersionParameter.read(request.query),
      bypassesGovernance: try LockHeaders.bypassesGovernance(request))
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setRetention(
      input.retention, bucket: request.knownBucket, key: request.knownKey, version: input.version,
      bypassesGovernance: input.bypassesGovernance)
  }

  package static func encode(
    _ output: Void, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
