import HTTP
package import Objects

/// Gives a bucket other lifecycle rules. S3 `PutBucketLifecycleConfiguration`; OSS's document is another.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html>
package enum PutBucketLifecycleConfiguration: Operation {
  package static let spec = OperationSpec(
    "PutBucketLifecycleConfiguration", aliases: ["PutBucketLifecycle"], .put, .bucket,
    subresource: "lifecycle", action: "s3:PutLifecycleConfiguration", body: .buffered(limit: 1 << 20),
    cost: .control, logName: "REST.PUT.LIFECYCLE",
    errors: [
      .accessDenied, .badDigest, .invalidArgument, .invalidRequest, .malformedXML, .missingRequestBody,
      .noSuchBucket,
    ])

  /// Says from which size on objects change their class.
  static let smallestHeader: StaticString = "x-amz-transition-default-minimum-object-size"

  package static func decode(_ request: APIRequest) throws(S3Error) -> LifecycleRules {
    try PayloadIntegrity.demand(request)
    let root = try RequestDocument.parse(request.payload, root: "LifecycleConfiguration")
    let text = request.headers.string(smallestHeader)
    guard let smallest = LifecycleRules.SmallestToMove(name: text) else {
      throw .invalidArgument("\(smallestHeader)", text, "The minimum object size of transitions is not valid")
    }
    return LifecycleRules(try LifecycleDocument.readS3(root), smallestToMove: smallest)
  }

  package static func perform(
    _ rules: LifecycleRules, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) {
    _ = try await services.store.setLifecycle(rules, of: request.knownBucket)
  }

  package static func encode(
    _ output: Void, _ rules: LifecycleRules, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(200)
    if let name = rules.smallestToMove.name { head.add(smallestHeader, name) }
    return .complete(head)
  }
}

extension LifecycleRules.SmallestToMove {
  /// As S3 spells it; nil for what it does not know, the default for nothing.
  init?(name: String?) {
    switch name {
    case nil, "all_storage_classes_128K": self = .allClasses
    case "varies_by_storage_class": self = .byClass
    default: return nil
    }
  }

  /// Nil: S3 has no word for it.
  var name: String? {
    switch self {
    case .allClasses: "all_storage_classes_128K"
    case .byClass: "varies_by_storage_class"
    case .anySize: nil
    }
  }
}
