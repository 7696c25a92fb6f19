import HTTP
package import Objects
import Primitives

/// Whether a version is held. S3 `GetObjectLegalHold`; OSS's is `OSSGetObjectLegalHold`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLegalHold.html>
package enum GetObjectLegalHold: Operation {
  package static let spec = OperationSpec(
    "GetObjectLegalHold", .get, .object, subresource: "legal-hold", action: "s3:GetObjectLegalHold",
    cost: .read, logName: "REST.GET.OBJECT_LOCK_LEGALHOLD",
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
  ) async throws(ObjectError) -> Bool {
    let bucket = request.knownBucket
    guard bucket.settings.objectLock != nil else { throw .objectLockMissing }
    let info = try await services.store.objectInfo(
      bucket: bucket, key: request.knownKey, version: version, asOf: request.asOf)
    guard let isHeld = info.legalHold else { throw .noObjectLockOnVersion(info.key) }
    return isHeld
  }

  package static func encode(
    _ isHeld: Bool, _ version: VersionLabel?, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 256)
    xml.open("LegalHold", xmlns: request.dialect.xmlNamespace)
    xml.element("Status", isHeld ? "ON" : "OFF")
    xml.close("LegalHold")
    return request.reply(xml)
  }
}
