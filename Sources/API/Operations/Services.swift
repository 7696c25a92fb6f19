package import Access
package import Flow
package import Objects
import Primitives

/// What operations work on.
package final class Services: Sendable {
  package let store: ObjectStore
  /// The server's region, in which buckets are made.
  package let region: String
  /// Nil where nobody is limited, whatever happens.
  package let flow: FlowControl?
  /// Which clients are in the intranet.
  package let networks: ClientNetworks
  /// Whose traffic can be limited; nil where nobody's can.
  package let identities: IdentityStore?
  /// Bytes each second that limits of groups and requesters must be at least where OSS's clients set them; 0: any.
  package let minimumBandwidth: UInt64

  package init(
    store: ObjectStore, region: String, flow: FlowControl? = nil, networks: ClientNetworks = .none,
    identities: IdentityStore? = nil, minimumBandwidth: UInt64 = 0
  ) {
    self.store = store
    self.region = region
    self.flow = flow
    self.networks = networks
    self.identities = identities
    self.minimumBandwidth = minimumBandwidth
  }

  /// Finds the bucket of a request's target, or the view, if the caller may use it.
  ///
  /// - Throws: NoSuchBucket, InvalidBucketName for what can be no bucket's name, AccessDenied.
  package func address(_ name: String, _ request: APIRequest) throws(S3Error) {
    let found: AddressedBucket
    do throws(ObjectError) {
      found = try AddressedBucket(name, in: store)
    } catch {
      guard BucketName(lookup: name) != nil else { throw .invalidBucketName(name) }
      throw S3Error(error, request)
    }
    try Authorization.check(request.identity, mayUse: found.bucket)
    try Authorization.check(request.headers, owner: request.names.expectedBucketOwner)
    request.bucket = found.bucket
    request.view = found.view
  }

  /// The bucket that a copy reads from, if the caller may. Through a view it reads as of the view's moment.
  package func copySource(
    _ source: CopySourceHeader, _ request: APIRequest
  ) throws(S3Error) -> BucketInfo {
    let found: AddressedBucket
    do throws(ObjectError) {
      found = try AddressedBucket(source.bucket.string, in: store)
    } catch {
      throw S3Error(error, request)
    }
    try Authorization.check(request.identity, mayUse: found.bucket)
    try Authorization.check(request.headers, owner: request.names.expectedSourceOwner)
    if let view = found.view { try request.look(through: view, at: source.key) }
    return found.bucket
  }
}
