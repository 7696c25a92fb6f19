import Access
package import Objects
import Primitives

/// What operations work on.
package final class Services: Sendable {
  package let store: ObjectStore
  /// The server's region, in which buckets are made.
  package let region: String

  package init(store: ObjectStore, region: String) {
    self.store = store
    self.region = region
  }

  /// The bucket of a request's target, if the caller may use it.
  ///
  /// - Throws: NoSuchBucket, InvalidBucketName for what can be no bucket's name, AccessDenied.
  package func bucket(named name: String, _ request: APIRequest) throws(S3Error) -> BucketInfo {
    let found: BucketInfo
    do throws(ObjectError) {
      found = try store.bucket(named: name)
    } catch {
      guard BucketName(lookup: name) != nil else { throw .invalidBucketName(name) }
      throw S3Error(error, request)
    }
    try Authorization.check(request.identity, mayUse: found)
    try Authorization.check(request.headers, owner: request.names.expectedBucketOwner)
    return found
  }

  /// The bucket that a copy reads from, if the caller may.
  package func copySource(
    _ source: CopySourceHeader, _ request: APIRequest
  ) throws(S3Error) -> BucketInfo {
    let found: BucketInfo
    do throws(ObjectError) {
      found = try store.bucket(named: source.bucket.string)
    } catch {
      throw S3Error(error, request)
    }
    try Authorization.check(request.identity, mayUse: found)
    try Authorization.check(request.headers, owner: request.names.expectedSourceOwner)
    return found
  }
}
