import HTTP
package import Objects
import Primitives

/// A bucket's Object Lock and its default retention. S3 `GetObjectLockConfiguration`; OSS's is
/// `GetBucketObjectWormConfiguration`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html>
package enum GetObjectLockConfiguration: Operation {
  package static let spec = OperationSpec(
    "GetObjectLockConfiguration", .get, .bucket, subresource: "object-lock",
    action: "s3:GetBucketObjectLockConfiguration", cost: .read,
    logName: "REST.GET.OBJECT_LOCK_CONFIGURATION",
    isForViews: true, errors: [.accessDenied, .noSuchBucket, .objectLockConfigurationNotFound])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> ObjectLockConfiguration? { request.knownBucket.settings.objectLock }

  package static func encode(
    _ configuration: ObjectLockConfiguration?, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    guard let configuration else {
      throw S3Error(
        .objectLockConfigurationNotFound, elements: [("BucketName", request.knownBucket.name.string)])
    }
    var xml = XMLWriter(capacity: 512)
    xml.open("ObjectLockConfiguration", xmlns: request.dialect.xmlNamespace)
    ObjectLockDocument.write(configuration, to: &xml)
    xml.close("ObjectLockConfiguration")
    return request.reply(xml)
  }
}
