import HTTP
package import Objects
import Primitives

/// Deletes an empty bucket; uploads in progress go with it. S3 `DeleteBucket`, OSS `DeleteBucket`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucket>
package enum DeleteBucket: Operation {
  package static let spec = OperationSpec(
    "DeleteBucket", .delete, .bucket, action: "s3:DeleteBucket", cost: .control,
    logName: "REST.DELETE.BUCKET",
    errors: [.bucketNotEmpty, .invalidRequest, .noSuchBucket])

  package static func decode(_ request: APIRequest) throws(S3Error) {
    // An AbortMultipartUpload that lost its key must not delete the bucket.
    guard !request.query.contains("uploadId") else { throw .invalidRequest("A key must be specified") }
  }

  /// In OSS uploads keep their bucket.
  package static func prepare(
    _ input: inout Void, _ request: APIRequest, _ services: Services
  ) async throws(S3Error) {
    guard request.dialect.objects.uploadsKeepBucket else { return }
    var listing = ListMultipartUploadsRequest(bucket: request.knownBucket)
    listing.limit = 1
    let page: ListMultipartUploadsPage
    do throws(ObjectError) {
      page = try await services.store.listMultipartUploads(listing)
    } catch {
      throw S3Error(error, request)
    }
    guard page.entries.isEmpty else {
      throw S3Error(.bucketNotEmpty, elements: [("BucketName", request.knownBucket.name.string)])
    }
  }

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    try await services.store.deleteBucket(request.knownBucket)
  }

  package static func encode(
    _ output: Void, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(204))
  }
}
