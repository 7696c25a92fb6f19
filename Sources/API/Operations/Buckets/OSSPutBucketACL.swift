import HTTP
package import Objects

/// Sets the access control list of a bucket: to `private`, which it is. OSS `PutBucketAcl`.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketacl>
package enum OSSPutBucketACL: Operation {
  package static let spec = OperationSpec(
    "PutBucketAcl", .put, .bucket, subresource: "acl", action: "oss:PutBucketAcl", cost: .control,
    logName: "REST.PUT.ACL", errors: [.accessDenied, .noSuchBucket, .notImplemented])

  package static func decode(_ request: APIRequest) throws(S3Error) { try OSSBucketACL.refuseOthers(request) }

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {}

  package static func encode(_ output: Void, _ input: Void, _ request: APIRequest) throws(S3Error) -> Reply {
    .complete(request.reply(200))
  }
}
