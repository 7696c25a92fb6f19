import HTTP
package import Objects
import Primitives

/// Holds a version until it is let go. S3 `PutObjectLegalHold`; OSS's is `OSSPutObjectLegalHold`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html>
package enum PutObjectLegalHold: Operation {
  package static let spec = OperationSpec(
    "PutObjectLegalHold", .put, .object, subresource: "legal-hold", action: "s3:PutObjectLegalHold",
    body: .buffered(limit: 64 << 10), cost: .write, logName: "REST.PUT.OBJECT_LOCK_LEGALHOLD",
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .invalidRequest, .malformedXML, .methodNotAllowed,
      .missingRequestBody, .noSuchBucket, .noSuchKey, .noSuchVersion,
    ])

  package struct Input: Sendable {
    package let isHeld: Bool
    /// Nil: the current one.
    package let version: VersionLabel?
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    guard request.knownBucket.settings.objectLock != nil else { throw S3Error(.objectLockMissing, request) }
    try PayloadIntegrity.demand(request)
    let root = try RequestDocument.parse(request.payload, root: "LegalHold")
    guard root.children.count == 1, let status = root.string("Status"), status == "ON" || status == "OFF"
    else { throw S3Error(.malformedXML) }
    return Input(isHeld: status == "ON", version: try VersionParameter.read(request.query))
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setLegalHold(
      input.isHeld, bucket: request.knownBucket, key: request.knownKey, version: input.version)
  }

  package static func encode(
    _ output: Void, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
