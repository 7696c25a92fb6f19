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

  /// What was configured since.
  package let settings: BucketSettings

  package init(
    id: UInt64, name: BucketName, owner: PrincipalID, created: Timestamp, region: String,
    settings: BucketSettings = BucketSettings()
  ) {
    self.id = id
    self.name = name
    self.owner = owner
    self.created = created
    self.region = region
    self.settings = settings
  }

  /// The same bucket with other settings.
  package func with(_ settings: BucketSettings) -> BucketInfo {
    BucketInfo(id: id, name: name, owner: owner, created: created, region: region, settings: settings)
  }

  package var versioning: VersioningState { settings.versioning }

  /// Whether clients are shown version ids.
  package var isVersioned: Bool { settings.versioning != .unversioned }

  package static func == (a: BucketInfo, b: BucketInfo) -> Bool {
    a === b
      || a.id == b.id && a.name == b.name && a.owner == b.owner && a.created == b.created
        && a.region == b.region && a.settings == b.settings
  }
}

/// How much lies in a bucket, by its counters.
package struct BucketUsage: Hashable, Sendable {
  /// Current objects.
  package let objects: Int64
  /// Sum of their sizes in bytes.
  package let bytes: Int64

  /// Versions that are not current, delete markers among them.
  package let noncurrentVersions: Int64
  /// Sum of their sizes in bytes.
  package let noncurrentBytes: Int64
  /// Versions that were deleted for good or overwritten, and are kept for the recovery window or a view.
  package let removedVersions: Int64
  /// Sum of their sizes in bytes.
  package let removedBytes: Int64
  /// Uploads that were neither completed nor aborted.
  package let uploads: Int64
  /// Keys whose current version is a delete marker.
  package let currentMarkers: Int64
  /// Delete markers that are not current; they are among `noncurrentVersions`.
  package let noncurrentMarkers: Int64
  /// What is of another class than STANDARD; a class of which there is nothing is not in it.
  package let classes: [StorageClass: ClassUsage]

  package init(
    objects: Int64, bytes: Int64, noncurrentVersions: Int64 = 0, noncurrentBytes: Int64 = 0,
    removedVersions: Int64 = 0, removedBytes: Int64 = 0, uploads: Int64 = 0, currentMarkers: Int64 = 0,
    noncurrentMarkers: Int64 = 0, classes: [StorageClass: ClassUsage] = [:]
  ) {
    self.objects = objects
    self.bytes = bytes
    self.noncurrentVersions = noncurrentVersions
    self.noncurrentBytes = noncurrentBytes
    self.removedVersions = removedVersions
    self.removedBytes = removedBytes
    self.uploads = uploads
    self.currentMarkers = currentMarkers
    self.noncurrentMarkers = noncurrentMarkers
    self.classes = classes
  }

  /// The versions of a class, current or not; delete markers are in none.
  package func usage(of storageClass: StorageClass) -> ClassUsage {
    guard storageClass == .standard else { return classes[storageClass] ?? ClassUsage() }
    let others = classes.values.reduce(ClassUsage(), +)
    return ClassUsage(
      objects: objects + noncurrentVersions - noncurrentMarkers - others.objects,
      bytes: bytes + noncurrentBytes - others.bytes)
  }
}

/// How much of a bucket is of one storage class.
package struct ClassUsage: Hashable, Sendable {
  /// Versions, current or not.
  package let objects: Int64
  /// Sum of their sizes in bytes; nobody's smallest billed size is applied.
  package let bytes: Int64

  package init(objects: Int64 = 0, bytes: Int64 = 0) {
    self.objects = objects
    self.bytes = bytes
  }

  package static func + (a: ClassUsage, b: ClassUsage) -> ClassUsage {
    ClassUsage(objects: a.objects + b.objects, bytes: a.bytes + b.bytes)
  }
}
