import HTTP
import Objects

/// The headers that PutObject, CreateMultipartUpload and CopyObject share.
package enum WriteHeaders {
  /// Refuses what a write asks for and is not built.
  ///
  /// - Throws: NotImplemented for encryption, AccessControlListNotSupported for grants, InvalidArgument for a version.
  package static func refuseUnsupported(_ request: APIRequest) throws(S3Error) {
    try VersionParameter.refuse(request.query)
    for name in request.names.refusedOnWrite where request.headers.contains(name) {
      throw .notImplemented(header: "\(name)")
    }
    try refuseParameters(request)
    try refuseGrants(request, code: .accessControlListNotSupported)
  }

  /// Refuses parameters that ask for what is not built.
  ///
  /// - Throws: NotImplemented.
  package static func refuseParameters(_ request: APIRequest) throws(S3Error) {
    guard request.query.count > 0 else { return }
    for name in request.names.refusedParameters where request.query.contains(name) {
      throw .notImplemented(header: "\(name)")
    }
  }

  /// Refuses access control lists other than the one that every object has: all to the bucket's owner.
  ///
  /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>
  package static func refuseGrants(_ request: APIRequest, code: S3ErrorCode) throws(S3Error) {
    if let acl = request.headers.first(request.names.acl) {
      guard acl.isEmpty || request.names.ownerOnlyACLs.contains(where: { acl.matches($0) }) else {
        throw S3Error(code)
      }
    }
    for name in request.names.grants where request.headers.contains(name) { throw S3Error(code) }
  }
}
