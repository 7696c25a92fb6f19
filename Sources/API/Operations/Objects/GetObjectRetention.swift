import HTTP
package import Objects
import Primitives

/// How long a version is kept. S3 and OSS `GetObjectRetention`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html>
package enum GetObjectRetention: Operation {
  package static let spec = OperationSpec(
    "GetObjectRetention", .get, .object, subresource: "retention", action: "s3:GetObjectRetention",
    cost: .read, logName: "REST.GET.OBJECT_LOCK_RETENTION",
    looksBack: true,
    errors: [
      .accessDenied, .invalidArgument, .invalidRequest, .methodNotAllowed, .noSuchBucket, .noSuchKey,
      .noSuchObjectLockConfiguration, .noSuchVersion,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> VersionLabel? {
    try VersionParameter.read(request.query)
  }

  package static func perform(
    _ version: VersionLabel?, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> Retention {
    let bucket = request.knownBucket
    guard bucket.settings.objectLock != nil else { throw .objectLockMissing }
    let info = try await services.store.objectInfo(
      bucket: bucket, key: request.knownKey, version: version, asOf: request.asOf)
    guard let retention = info.retention else { throw .noObjectLockOnVersion(info.key) }
    return retention
  }

  package static func encode(
    _ retention: Retention, _ version: VersionLabel?, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 256)
    xml.open("Retention", xmlns: request.dialect.xmlNamespace)
    xml.element("Mode", retention.mode.name)
    xml.element("RetainUntilDate", retention.until.iso8601)
    xml.close("Retention")
    return request.reply(xml)
  }
}
