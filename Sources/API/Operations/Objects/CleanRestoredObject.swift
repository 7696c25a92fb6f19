import HTTP
package import Objects

/// Ends a restore before its time. OSS `CleanRestoredObject`; S3 has nothing like it.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/cleanrestoredobject>
package enum CleanRestoredObject: Operation {
  package static let spec = OperationSpec(
    "CleanRestoredObject", .post, .object, subresource: "cleanRestoredObject",
    action: "oss:CleanRestoredObject", cost: .write, logName: "REST.POST.CLEAN_RESTORED",
    errors: [
      .accessDenied, .archiveRestoreFileStale, .archiveRestoreNotFinished, .invalidArgument,
      .methodNotAllowed,
      .noSuchBucket, .noSuchKey, .noSuchVersion, .operationNotSupported,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> VersionLabel? {
    try VersionParameter.read(request.query)
  }

  package static func perform(
    _ version: VersionLabel?, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> VersionLabel? {
    try await services.store.endRestore(
      bucket: request.knownBucket, key: request.knownKey, version: version, now: request.arrived)
  }

  package static func encode(
    _ label: VersionLabel?, _ version: VersionLabel?, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(200)
    ObjectReply.addVersion(label, request, to: &head)
    return .complete(head)
  }
}
