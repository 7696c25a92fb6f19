import HTTP
package import Objects

/// Holds a version until it is let go. OSS `PutObjectLegalHold`: S3's with another parameter.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putobjectlegalhold>
package enum OSSPutObjectLegalHold: Operation {
  package static let spec = OperationSpec(
    "PutObjectLegalHold", .put, .object, subresource: "legalHold", action: "oss:PutObjectLegalHold",
    body: .buffered(limit: 64 << 10), cost: .write, logName: "REST.PUT.LEGAL_HOLD",
    errors: PutObjectLegalHold.spec.errors)

  package static func decode(_ request: APIRequest) throws(S3Error) -> PutObjectLegalHold.Input {
    try PutObjectLegalHold.decode(request)
  }

  package static func perform(
    _ input: PutObjectLegalHold.Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    try await PutObjectLegalHold.perform(input, request, services)
  }

  package static func encode(
    _ output: Void, _ input: PutObjectLegalHold.Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    try PutObjectLegalHold.encode(output, input, request)
  }
}
