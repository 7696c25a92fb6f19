package import Primitives

/// What is known of a bucket. A value: it says what was true when it was looked up. Boxed because every request
/// hands it on.
package final class BucketInfo: Equatable, Sendable {
  /// Names this very bucket for ever: one that is deleted and made again has another id.
  package let id: UInt64
  package let name: BucketName
  package let owner: PrincipalID
  /// When it was made.
  package let created: Timestamp
  /// The region it was made in, as the server is configured to call it ("us-east-1").
  package let region: String

  package init(id: UInt64, name: BucketName, owner: PrincipalID, created: Timestamp, region: String) {
    self.id = id
    self.name = name
    self.owner = owner
    self.created = created
    self.region = region
  }

  package static func == (a: BucketInfo, b: BucketInfo) -> Bool {
    a === b
      || a.id == b.id && a.name == b.name && a.owner == b.owner && a.created == b.created
        && a.region == b.region
  }
}

/// How much lies in a bucket, by its counters.
package struct BucketUsage: Hashable, Sendable {
  /// Current objects.
  package let objects: Int64
  /// Sum of their sizes in bytes.
  package let bytes: Int64

  package init(objects: Int64, bytes: Int64) {
    self.objects = objects
    self.bytes = bytes
  }
}
