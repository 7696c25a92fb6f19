import Access
import HTTP
package import Objects
package import Primitives

/// Makes a bucket that belongs to the caller; one's own that is there already is fine, if no other class is asked
/// for. OSS `PutBucket`; S3's document and rules are others.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucket>
package enum OSSPutBucket: Operation {
  package static let spec = OperationSpec(
    "PutBucket", .put, .bucket, action: "oss:PutBucket", body: .buffered(limit: 64 << 10), cost: .control,
    logName: "REST.PUT.BUCKET", makesBucket: true,
    errors: [.bucketAlreadyExists, .invalidArgument, .invalidBucketName, .malformedXML, .notImplemented])

  package struct Input: Sendable {
    package let name: BucketName
    package let owner: PrincipalID
    /// The class of what is written without naming one; nil: the request does not say.
    package var storageClass: StorageClass?
  }

  package static func decode(_ request: APIRequest) throws(S3Error) -> Input {
    guard let identity = request.identity else { throw S3Error(.accessDenied) }
    let text = request.target.bucket ?? ""
    let name: BucketName
    do throws(InvalidBucketName) {
      name = try BucketName(validating: text)
    } catch {
      throw .invalidBucketName(text)
    }
    guard !text.contains(".") else { throw .invalidBucketName(text) }
    try OSSBucketACL.refuseOthers(request)
    try PayloadIntegrity.check(request)
    var input = Input(name: name, owner: PrincipalID(identity.canonicalID))
    if !request.payload.isEmpty {
      let root = try RequestDocument.parse(request.payload, root: "CreateBucketConfiguration")
      input.storageClass = try storageClass(root.string("StorageClass"), request)
      guard ["LRS", "", nil].contains(root.string("DataRedundancyType")) else {
        throw .notImplemented(element: "DataRedundancyType")
      }
    }
    return input
  }

  private static func storageClass(
    _ name: String?, _ request: APIRequest
  ) throws(S3Error) -> StorageClass? {
    guard let name, !name.isEmpty else { return nil }
    guard let found = request.dialect.objects.classes.storageClass(named: name.utf8) else {
      throw .invalidArgument("StorageClass", name, "no such storage class exists")
    }
    return found
  }

  package static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> BucketInfo {
    var settings = BucketSettings()
    settings.storageClass = input.storageClass ?? .standard
    do throws(ObjectError) {
      return try await services.store.createBucket(
        name: input.name, owner: input.owner, region: services.region, settings: settings)
    } catch .bucketAlreadyOwnedByYou(let bucket)
      where input.storageClass == nil || input.storageClass == bucket.settings.storageClass
    {
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
}

/// The `x-oss-acl` of a bucket.
enum OSSBucketACL {
  /// - Throws: NotImplemented for any other than `private`, InvalidArgument for what is none.
  static func refuseOthers(_ request: APIRequest) throws(S3Error) {
    guard let acl = request.headers.first("x-oss-acl"), !acl.isEmpty, !acl.matches("private") else { return }
    guard acl.matches("public-read") || acl.matches("public-read-write") else {
      throw .invalidArgument("x-oss-acl", acl.lossyText, "no such bucket access control exists")
    }
    throw .notImplemented(header: "x-oss-acl")
  }
}
