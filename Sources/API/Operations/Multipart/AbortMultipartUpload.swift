import HTTP
package import Objects

/// Gives an upload up and frees its parts. S3 `AbortMultipartUpload`, OSS `AbortMultipartUpload`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/abortmultipartupload>
package enum AbortMultipartUpload: Operation {
  package static let spec = OperationSpec(
    "AbortMultipartUpload", .delete, .object, subresource: "uploadId", action: "s3:AbortMultipartUpload",
    cost: .write, logName: "REST.DELETE.UPLOAD",
    errors: [.noSuchBucket, .noSuchUpload])

  package static func decode(_ request: APIRequest) throws(S3Error) -> String {
    try UploadIDParameter.read(request.query)
  }

  package static func perform(
    _ uploadID: String, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    try await services.store.abortMultipartUpload(
      bucket: request.knownBucket, key: request.knownKey, uploadID: uploadID)
  }

  package static func encode(
    _ output: Void, _ uploadID: String, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(204))
  }
}
