import HTTP
package import Objects
import Primitives

/// Begins a policy that keeps a bucket's objects. OSS `InitiateBucketWorm`; S3 locks objects one by one.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/initiatebucketworm>
package enum InitiateBucketWorm: Operation {
  package static let spec = OperationSpec(
    "InitiateBucketWorm", .post, .bucket, subresource: "worm", action: "oss:InitiateBucketWorm",
    body: .buffered(limit: 64 << 10), cost: .control, logName: "REST.POST.WORM",
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .malformedXML, .missingRequestBody, .noSuchBucket,
      .wormConfigurationAlreadyExists,
    ])

  /// For how many days.
  package static func decode(_ request: APIRequest) throws(S3Error) -> Int {
    try PayloadIntegrity.check(request)
    return try WormPeriod.read(RequestDocument.parse(request.payload, root: "InitiateWormConfiguration"))
  }

  package static func perform(
    _ days: Int, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> BucketWorm {
    try await services.store.beginWorm(days: days, of: request.knownBucket)
  }

  package static func encode(
    _ worm: BucketWorm, _ days: Int, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(200)
    head.add("x-oss-worm-id", worm.id)
    return .complete(head)
  }
}

/// `RetentionPeriodInDays`.
enum WormPeriod {
  /// - Throws: MalformedXML for what is no number, InvalidArgument for one out of bounds.
  static func read(_ root: XMLElement) throws(S3Error) -> Int {
    let name = "RetentionPeriodInDays"
    guard root.children.count == 1, let text = root.string(name), let days = Int(text) else {
      throw S3Error(.malformedXML)
    }
    guard (1...BucketWorm.mostDays).contains(days) else {
      throw .invalidArgument(name, text, "The retention period is 1 to \(BucketWorm.mostDays) days.")
    }
    return days
  }
}
