import HTTP
package import Objects

/// Deletes an object, whether or not there is one. S3 `DeleteObject`, OSS `DeleteObject`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deleteobject>
package enum DeleteObject: Operation {
  package static let spec = OperationSpec(
    "DeleteObject", .delete, .object, action: "s3:DeleteObject", cost: .write,
    logName: "REST.DELETE.OBJECT",
    errors: [.noSuchBucket, .noSuchKey, .notImplemented, .preconditionFailed])

  /// Nil for a version that no object has: there is nothing to delete.
  package static func decode(_ request: APIRequest) throws(S3Error) -> DeleteObjectRequest? {
    for name in request.names.refusedOnDelete where request.headers.contains(name) {
      throw .notImplemented(header: "\(name)")
    }
    if try VersionParameter.read(request.query) != nil { return nil }
    return DeleteObjectRequest(
      bucket: request.knownBucket, key: request.knownKey,
      ifMatch: try Conditions.write(request.headers).ifMatch)
  }

  package static func perform(
    _ input: DeleteObjectRequest?, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    guard let input else { return }
    _ = try await services.store.deleteObject(input)
  }

  package static func encode(
    _ output: Void, _ input: DeleteObjectRequest?, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(204))
  }
}
