import HTTP
package import Objects
import Primitives

/// Makes an archived version readable for some days. OSS `RestoreObject`: its document may be missing, and its limits
/// are those of the class.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/restoreobject>
package enum OSSRestoreObject: Operation {
  package static let spec = OperationSpec(
    "RestoreObject", .post, .object, subresource: "restore", action: "oss:RestoreObject",
    body: .buffered(limit: 64 << 10), cost: .write, logName: "REST.POST.OBJECT_RESTORE",
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .malformedXML, .methodNotAllowed, .noSuchBucket,
      .noSuchKey,
      .noSuchVersion, .operationNotSupported, .restoreAlreadyInProgress,
    ])

  package struct Input: Sendable {
    package var wish = RestoreDocument.Wish()
    /// Nil: the current one.
    package let version: VersionLabel?
  }

  /// Days of a request that does not say.
  private static let defaultDays: UInt32 = 1

  private static let terms = RestoreTerms(
    mostDays: [.archive: 7, .glacier: 365, .deepArchive: 365],
    tiers: [.archive: [], .glacier: RestoreTier.allCases, .deepArchive: [.expedited, .standard]],
    endsAtMidnight: false)

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    var input = Input(version: try VersionParameter.read(request.query))
    try PayloadIntegrity.check(request)
    if !request.payload.isEmpty {
      let root = try RequestDocument.parse(request.payload, root: "RestoreRequest")
      input.wish = try RestoreDocument.read(root, parameters: "JobParameters")
    }
    return input
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> RestoreArchivedResult {
    try await services.store.restoreArchived(
      RestoreArchivedRequest(
        bucket: request.knownBucket, key: request.knownKey, version: input.version,
        days: input.wish.days ?? defaultDays, tier: input.wish.tier, terms: terms, now: request.arrived))
  }

  package static func encode(
    _ result: RestoreArchivedResult, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(result.isExtension ? 200 : 202)
    ObjectReply.addVersion(result.label, request, to: &head)
    if result.isExtension, result.storageClass != .archive, let name = request.names.archives.priority {
      head.add(name, result.restore.tier.name)
    }
    return .complete(head)
  }
}
