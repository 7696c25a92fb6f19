import HTTP
package import Objects
import Primitives

/// A bucket's Object Lock and its default retention. OSS `GetBucketObjectWormConfiguration`; S3's is
/// `GetObjectLockConfiguration`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketobjectwormconfiguration>
package enum GetBucketObjectWormConfiguration: Operation {
  package static let spec = OperationSpec(
    "GetBucketObjectWormConfiguration", .get, .bucket, subresource: "objectWorm",
    action: "oss:GetBucketObjectWormConfiguration", cost: .read, logName: "REST.GET.OBJECT_WORM",
    isForViews: true, errors: [.accessDenied, .noSuchBucket, .objectLockConfigurationNotFound])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> ObjectLockConfiguration? { request.knownBucket.settings.objectLock }

  package static func encode(
    _ configuration: ObjectLockConfiguration?, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    guard let configuration else { throw S3Error(.objectLockConfigurationNotFound) }
    var xml = XMLWriter(capacity: 512)
    xml.open("ObjectWormConfiguration")
    ObjectLockDocument.write(configuration, switchName: "ObjectWormEnabled", to: &xml)
    xml.close("ObjectWormConfiguration")
    return request.reply(xml)
  }
}
