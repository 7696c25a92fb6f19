import HTTP
package import Objects
import Primitives

/// Says whether OSS's Archive is read without being restored. OSS `PutBucketArchiveDirectRead`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketarchivedirectread>
package enum PutBucketArchiveDirectRead: Operation {
  package static let spec = OperationSpec(
    "PutBucketArchiveDirectRead", .put, .bucket, subresource: "bucketArchiveDirectRead",
    action: "oss:PutBucketArchiveDirectRead", body: .buffered(limit: 64 << 10), cost: .control,
    logName: "REST.PUT.ARCHIVE_DIRECT_READ",
    errors: [.accessDenied, .badDigest, .malformedXML, .missingRequestBody, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) -> Bool {
    try PayloadIntegrity.check(request)
    let root = try RequestDocument.parse(request.payload, root: "ArchiveDirectReadConfiguration")
    guard root.children.count == 1, let isOn = root.string("Enabled").flatMap({ Bool($0.lowercased()) })
    else { throw S3Error(.malformedXML) }
    return isOn
  }

  package static func perform(
    _ isOn: Bool, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setArchiveDirectRead(isOn, of: request.knownBucket)
  }

  package static func encode(
    _ output: Void, _ isOn: Bool, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
