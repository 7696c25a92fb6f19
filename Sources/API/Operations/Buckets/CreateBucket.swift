import Access
import HTTP
package import Objects
package import Primitives

/// Makes a bucket that belongs to the caller. S3 `CreateBucket`, OSS `PutBucket`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucket>
package enum CreateBucket: Operation {
  package static let spec = OperationSpec(
    "CreateBucket", .put, .bucket, action: "s3:CreateBucket", body: .buffered(limit: 256 << 10),
    cost: .control, logName: "REST.PUT.BUCKET", makesBucket: true,
    errors: [
      .badRequest, .bucketAlreadyExists, .bucketAlreadyOwnedByYou, .illegalLocationConstraint,
      .invalidArgument, .invalidBucketAclWithObjectOwnership, .invalidBucketName, .invalidLocationConstraint,
      .invalidTag, .malformedXML, .notImplemented,
    ])

  package struct Input: Sendable {
    package let name: BucketName
    package let owner: PrincipalID
    /// The region that the document names; nil without one.
    package let constraint: String?
    /// Versioning, Object Lock and tags to begin with.
    package let settings: BucketSettings
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    guard let identity = request.identity else { throw S3Error(.accessDenied) }
    let name = request.target.bucket ?? ""
    let valid: BucketName
    do throws(InvalidBucketName) {
      valid = try BucketName(validating: name)
    } catch {
      throw .invalidBucketName(name)
    }
    try WriteHeaders.refuseGrants(request, code: .invalidBucketAclWithObjectOwnership)
    let names = request.names
    var settings = BucketSettings()
    if try asksForObjectLock(request) {
      settings.objectLock = ObjectLockConfiguration()
      settings.versioning = .enabled
    }
    if let ownership = request.headers.first(names.objectOwnership), !ownership.matches("BucketOwnerEnforced")
    {
      throw .notImplemented(header: "\(names.objectOwnership)")
    }
    try PayloadIntegrity.check(request)
    let document = try document(request.payload)
    settings.tags = document.tags
    return Input(
      name: valid, owner: PrincipalID(identity.canonicalID), constraint: document.constraint,
      settings: settings)
  }

  package static func prepare(
    _ input: inout Input, _ request: APIRequest, _ services: Services
  ) async throws(S3Error) {
    try check(input.constraint, region: services.region, defaultRegion: request.dialect.defaultRegion)
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> BucketInfo {
    do throws(ObjectError) {
      return try await services.store.createBucket(
        name: input.name, owner: input.owner, region: services.region, settings: input.settings)
    } catch .bucketAlreadyOwnedByYou(let bucket)
      where bucket.region == request.dialect.defaultRegion && services.region == bucket.region
      && isAsAsked(bucket, input.settings)
    {
      // What us-east-1 has always answered, and tools have come to count on.
      return bucket
    }
  }

  package static func encode(
    _ bucket: BucketInfo, _ input: Input, _ request: APIRequest
  ) throws(S3Error) -> Reply {
    var head = request.reply(200)
    head.add("Location", "/\(bucket.name.string)")
    return .complete(head)
  }

  /// Whether the bucket that is there has what the request asks of a new one.
  private static func isAsAsked(_ bucket: BucketInfo, _ settings: BucketSettings) -> Bool {
    (settings.objectLock == nil || bucket.settings.objectLock != nil)
      && (settings.tags.isEmpty || bucket.settings.tags == settings.tags)
  }

  private static func asksForObjectLock(_ request: APIRequest) throws(S3Error) -> Bool {
    let name = request.names.objectLock.isEnabled
    guard let value = request.headers.first(name), !value.matchesIgnoringCase("false") else { return false }
    guard value.matchesIgnoringCase("true") else {
      throw .invalidArgument("\(name)", value.lossyText, "The value must be true or false.")
    }
    return true
  }

  /// The `LocationConstraint` and `Tags` of a `CreateBucketConfiguration`.
  private static func document(_ body: [UInt8]) throws(S3Error) -> (constraint: String?, tags: TagSet) {
    guard !body.isEmpty else { return (nil, TagSet()) }
    let root = try RequestDocument.parse(body, root: "CreateBucketConfiguration")
    guard !root.children.isEmpty else { throw S3Error(.malformedXML) }
    let tags = try root.first("Tags").map { (element) throws(S3Error) in
      try TaggingDocument.tags(in: element, limit: TagSet.bucketLimit)
    }
    let constraint = root.string("LocationConstraint").flatMap { $0.isEmpty ? nil : $0 }
    return (constraint, tags ?? TagSet())
  }

  /// A server has one region; a constraint must name it, unless it is the default one, which has no name here.
  static func check(_ constraint: String?, region: String, defaultRegion: String) throws(S3Error) {
    guard let constraint else {
      guard region == defaultRegion else { throw S3Error(.illegalLocationConstraint) }
      return
    }
    guard constraint != defaultRegion, isRegionLike(constraint) || constraint == region else {
      throw S3Error(.invalidLocationConstraint, elements: [("LocationConstraint", constraint)])
    }
    guard constraint == region else {
      throw S3Error(
        .illegalLocationConstraint,
        message: """
          The \(constraint) location constraint is incompatible for the region specific endpoint this \
          request was sent to.
          """)
    }
  }

  /// `EU`, or words of small letters joined by hyphens with a number at the end.
  private static func isRegionLike(_ text: String) -> Bool {
    if text == "EU" { return true }
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count >= 3, let last = parts.last, last.allSatisfy({ $0 &- 0x30 < 10 }), !last.isEmpty else {
      return false
    }
    return parts.dropLast().allSatisfy { part in
      !part.isEmpty && part.allSatisfy { $0 &- 0x61 < 26 }
    }
  }
}
