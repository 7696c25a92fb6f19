import HTTP
package import Objects

/// Whether a version is held. OSS `GetObjectLegalHold`: S3's with another parameter.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getobjectlegalhold>
package enum OSSGetObjectLegalHold: Operation {
  package static let spec = OperationSpec(
    "GetObjectLegalHold", .get, .object, subresource: "legalHold", action: "oss:GetObjectLegalHold",
    cost: .read, logName: "REST.GET.LEGAL_HOLD", looksBack: true, errors: GetObjectLegalHold.spec.errors)

  package static func decode(_ request: APIRequest) throws(S3Error) -> VersionLabel? {
    try GetObjectLegalHold.decode(request)
  }

  package static func perform(
    _ version: VersionLabel?, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> Bool {
    try await GetObjectLegalHold.perform(version, request, services)
  }

  package static func encode(
    _ isHeld: Bool, _ version: VersionLabel?, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    try GetObjectLegalHold.encode(isHeld, version, request)
  }
}
