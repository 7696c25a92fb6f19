import HTTP
package import Objects
import Primitives

/// A bucket's WORM policy. OSS `GetBucketWorm`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketworm>
package enum GetBucketWorm: Operation {
  package static let spec = OperationSpec(
    "GetBucketWorm", .get, .bucket, subresource: "worm", action: "oss:GetBucketWorm", cost: .read,
    logName: "REST.GET.WORM", isForViews: true,
    errors: [.accessDenied, .noSuchBucket, .noSuchWORMConfiguration])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> BucketWorm? { request.knownBucket.settings.worm(at: request.arrived) }

  package static func encode(
    _ worm: BucketWorm?, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    guard let worm else { throw S3Error(.noSuchWORMConfiguration) }
    var xml = XMLWriter(capacity: 512)
    xml.open("WormConfiguration")
    xml.element("WormId", worm.id)
    xml.element("State", worm.state == .locked ? "Locked" : "InProgress")
    xml.element("RetentionPeriodInDays", worm.days)
    xml.element("CreationDate", worm.created.iso8601Seconds)
    if let expires = worm.expires { xml.element("ExpirationDate", expires.iso8601Seconds) }
    xml.close("WormConfiguration")
    return request.reply(xml)
  }
}
