import HTTP
package import Objects
import Primitives

/// Whether OSS's Archive is read without being restored. OSS `GetBucketArchiveDirectRead`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketarchivedirectread>
package enum GetBucketArchiveDirectRead: Operation {
  package static let spec = OperationSpec(
    "GetBucketArchiveDirectRead", .get, .bucket, subresource: "bucketArchiveDirectRead",
    action: "oss:GetBucketArchiveDirectRead", cost: .read, logName: "REST.GET.ARCHIVE_DIRECT_READ",
    isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> Bool { request.knownBucket.settings.readsArchiveDirectly }

  package static func encode(
    _ isOn: Bool, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var xml = XMLWriter(capacity: 256)
    xml.open("ArchiveDirectReadConfiguration")
    xml.element("Enabled", isOn)
    xml.close("ArchiveDirectReadConfiguration")
    return request.reply(xml)
  }
}
