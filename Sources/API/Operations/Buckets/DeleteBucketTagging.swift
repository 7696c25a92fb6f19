import HTTP
package import Objects

/// Takes all tags off a bucket, or, which only OSS has, those that `?tagging=a,b` names. S3 `DeleteBucketTagging`, OSS
/// `DeleteBucketTags`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/deletebuckettags>
package enum DeleteBucketTagging: Operation {
  package static let spec = OperationSpec(
    "DeleteBucketTagging", .delete, .bucket, subresource: "tagging", action: "s3:PutBucketTagging",
    cost: .control, logName: "REST.DELETE.TAGGING", errors: [.accessDenied, .noSuchBucket])

  /// The names of the tags; none for all.
  package static func decode(_ request: APIRequest) throws(S3Error) -> [String] {
    let names = try request.query.string("tagging") ?? ""
    return names.split(separator: ",").map(String.init)
  }

  package static func perform(
    _ names: [String], _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    let tags = request.knownBucket.settings.tags.tags
    let kept = names.isEmpty ? [] : tags.filter { tag in !names.contains { $0 == tag.key } }
    _ = try await services.store.setTags(TagSet(kept), ofBucket: request.knownBucket)
  }

  package static func encode(
    _ output: Void, _ names: [String], _ request: APIRequest
  ) throws(S3Error) -> Reply {
    .complete(request.reply(204))
  }
}
