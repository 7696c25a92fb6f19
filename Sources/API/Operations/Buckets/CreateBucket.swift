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
    "CreateBucket", .put, .bucket, action: "s3:CreateBucket", body: .buffered(limit: 64 << 10),
    cost: .control, logName: "REST.PUT.BUCKET", makesBucket: true,
    errors: [
      .bucketAlreadyExists, .bucketAlreadyOwnedByYou, .illegalLocationConstraint,
      .invalidBucketAclWithObjectOwnership, .invalidBucketName, .invalidLocationConstraint, .malformedXML,
      .notImplemented,
    ])

  package struct Input: Sendable {
    package let name: BucketName
    package let owner: PrincipalID
    /// The region that the document names; nil without one.
    package let constraint: String?
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
    if let lock = request.headers.first(names.objectLockEnabled), !lock.matchesIgnoringCase("false") {
      throw .notImplemented(header: "\(names.objectLockEnabled)")
    }
    if let ownership = request.headers.first(names.objectOwnership), !ownership.matches("BucketOwnerEnforced")
    {
      throw .notImplemented(header: "\(names.objectOwnership)")
    }
    try PayloadIntegrity.check(request)
    return Input(
      name: valid, owner: PrincipalID(identity.canonicalID),
      constraint: try constraint(request.payload))
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
        name: input.name, owner: input.owner, region: services.region)
    } catch .bucketAlreadyOwnedByYou(let bucket)
      where bucket.region == request.dialect.defaultRegion && services.region == bucket.region
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

  /// The `LocationConstraint` of a `CreateBucketConfiguration`.
  private static func constraint(_ body: [UInt8]) throws(S3Error) -> String? {
    guard !body.isEmpty else { return nil }
    let root = try RequestDocument.parse(body, root: "CreateBucketConfiguration")
    guard !root.children.isEmpty else { throw S3Error(.malformedXML) }
    // Tags are not kept; a bucket that seems to have them is worse than none.
    if root.first("Tags") != nil {
      throw S3Error(.notImplemented, message: "Tags of a new bucket are not implemented by this server.")
    }
    return root.string("LocationConstraint").flatMap { $0.isEmpty ? nil : $0 }
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
