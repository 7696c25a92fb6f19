import HTTP
package import Objects
import Primitives

/// Makes an archived version readable for some days. S3 `RestoreObject`; OSS's is `OSSRestoreObject`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html>
package enum RestoreObject: Operation {
  package static let spec = OperationSpec(
    "RestoreObject", .post, .object, subresource: "restore", action: "s3:RestoreObject",
    body: .buffered(limit: 64 << 10), cost: .write, logName: "REST.POST.OBJECT_RESTORE",
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .invalidObjectState, .malformedXML, .methodNotAllowed,
      .missingRequestBody, .noSuchBucket, .noSuchKey, .noSuchVersion, .notImplemented,
      .restoreAlreadyInProgress,
    ])

  package struct Input: Sendable {
    package let days: UInt32
    /// Nil: Standard.
    package let tier: RestoreTier?
    /// Nil: the current one.
    package let version: VersionLabel?
  }

  /// AWS states no most; a hundred years are enough to keep dates readable.
  static let mostDays: UInt32 = 36_500

  /// An OSS Archive, which S3's clients see as GLACIER, is to them one in all.
  static let terms = RestoreTerms(
    mostDays: [.archive: mostDays, .glacier: mostDays, .deepArchive: mostDays],
    tiers: [
      .archive: RestoreTier.allCases, .glacier: RestoreTier.allCases, .deepArchive: [.standard, .bulk],
    ], endsAtMidnight: true)

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    let version = try VersionParameter.read(request.query)
    try PayloadIntegrity.check(request)
    let root = try RequestDocument.parse(request.payload, root: "RestoreRequest")
    let wish = try RestoreDocument.read(root, parameters: "GlacierJobParameters")
    guard let days = wish.days else { throw S3Error(.malformedXML) }
    return Input(days: days, tier: wish.tier, version: version)
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> RestoreArchivedResult {
    try await services.store.restoreArchived(
      RestoreArchivedRequest(
        bucket: request.knownBucket, key: request.knownKey, version: input.version, days: input.days,
        tier: input.tier, terms: terms, now: request.arrived))
  }

  package static func encode(
    _ result: RestoreArchivedResult, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(result.isExtension ? 200 : 202))
  }
}
