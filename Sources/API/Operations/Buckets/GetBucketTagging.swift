import HTTP
package import Objects
import Primitives

/// The tags of a bucket. S3 `GetBucketTagging`, OSS `GetBucketTags`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/getbuckettags>
package enum GetBucketTagging: Operation {
  package static let spec = OperationSpec(
    "GetBucketTagging", .get, .bucket, subresource: "tagging", action: "s3:GetBucketTagging", cost: .read,
    logName: "REST.GET.TAGGING", isForViews: true, errors: [.accessDenied, .noSuchBucket, .noSuchTagSet])

  package static func decode(_ request: APIRequest) throws(S3Error) {}

  package static func perform(
    _ input: Void, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> TagSet { request.knownBucket.settings.tags }

  package static func encode(
    _ tags: TagSet, _ input: Void, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    guard !tags.isEmpty || request.dialect.listing.showsEmptyTagSets else {
      throw S3Error(.noSuchTagSet, elements: [("BucketName", request.knownBucket.name.string)])
    }
    return request.reply(TaggingDocument.write(tags, request))
  }
}
