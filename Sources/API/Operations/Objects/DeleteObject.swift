import HTTP
package import Objects

/// Deletes an object, whether or not there is one: in a versioned bucket it is hidden by a delete marker, unless the
/// request names a version, which goes for good. S3 `DeleteObject`, OSS `DeleteObject`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deleteobject>
package enum DeleteObject: Operation {
  package static let spec = OperationSpec(
    "DeleteObject", .delete, .object, action: "s3:DeleteObject", cost: .write,
    logName: "REST.DELETE.OBJECT",
    errors: [
      .accessDenied, .invalidArgument, .invalidRequest, .noSuchBucket, .noSuchKey, .notImplemented,
      .preconditionFailed,
    ])

  package static func decode(_ request: APIRequest) throws(S3Error) -> DeleteObjectRequest {
    for name in request.names.refusedOnDelete where request.headers.contains(name) {
      throw .notImplemented(header: "\(name)")
    }
    var input = DeleteObjectRequest(
      bucket: request.knownBucket, key: request.knownKey,
      ifMatch: try Conditions.write(request).ifMatch)
    input.version = try VersionParameter.read(request.query)
    input.bypassesGovernance = try LockHeaders.bypassesGovernance(request)
    return input
  }

  package static func perform(
    _ input: DeleteObjectRequest, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> DeleteObjectResult {
    try await services.store.deleteObject(input)
  }

  package static func encode(
    _ result: DeleteObjectResult, _ input: DeleteObjectRequest, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(204)
    // Never told to be false.
    if result.isDeleteMarker { head.add(request.names.versions.deleteMarker, "true") }
    ObjectReply.addVersion(result.label, request, to: &head)
    return .complete(head)
  }
}
