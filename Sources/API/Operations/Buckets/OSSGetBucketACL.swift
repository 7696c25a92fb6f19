import HTTP
package import Objects
import Primitives

/// The access control list of a bucket, of which there is one kind: `private`. OSS `GetBucketAcl`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketacl>
package enum OSSGetBucketACL: Operation {
  package static let spec = OperationSpec(
    "GetBucketAcl", .get, .bucket, subresource: "acl", action: "oss:GetBucketAcl", cost: .read,
    logName: "REST.GET.ACL", isForViews: true, errors: [.accessDenied, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> BucketInfo { request.knownBucket }

  package static func encode(
    _ bucket: BucketInfo, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    request.reply(OSSAccessControlPolicy.document(owner: bucket.owner))
  }
}

/// `AccessControlPolicy` in OSS's form.
enum OSSAccessControlPolicy {
  /// Of what belongs to its owner alone.
  static func document(owner: PrincipalID) -> XMLWriter {
    var xml = XMLWriter(capacity: 512)
    xml.open("AccessControlPolicy")
    OSSBucketElements.owner(owner, to: &xml)
    OSSBucketElements.accessControlList(to: &xml)
    xml.close("AccessControlPolicy")
    return xml
  }
}
