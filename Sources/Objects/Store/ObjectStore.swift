package import Metadata
import Primitives
import Ring
import Synchronization
package import Volumes

/// Buckets, objects and uploads: composes `Metadata` and `Volumes` and owns the order of writes
/// (docs/ordering.md). Every operation runs on the ring of its caller.
package final class ObjectStore: Sendable {
  let metadata: any MetadataStore
  let volumes: VolumeSet
  package let limits: ObjectLimits
  let buckets = BucketRegistry()
  let views = ViewRegistry()
  /// A commit timestamp up to which everything that will ever have been committed is durable and seen.
  let settledPast = Atomic<UInt64>(0)
  /// Who reads extents now.
  let epochs: ReadEpochs
  /// Empty segments that somebody still reads.
  let removal = Locked<SegmentRemoval?>(nil)
  /// What goes with a bucket that is deleted.
  let departure: Departure<BucketInfo>?

  private init(
    metadata: any MetadataStore, volumes: VolumeSet, limits: ObjectLimits, departure: Departure<BucketInfo>?
  ) {
    self.departure = departure
    self.metadata = metadata
    self.volumes = volumes
    self.limits = limits
    epochs = ReadEpochs(rings: volumes.ringCount)
  }

  /// Reads the buckets and the volumes' accounts, and goes on with clean-ups that a crash interrupted. `report` is
  /// told of what a full or damaged disk makes it leave for the next start. `departure` goes with buckets that are
  /// deleted.
  package static func open(
    metadata: any MetadataStore, volumes: VolumeSet, limits: ObjectLimits = ObjectLimits(),
    departure: Departure<BucketInfo>? = nil, report: (StorageFailure) -> Void = { _ in }
  ) async throws(ObjectError) -> ObjectStore {
    let store = ObjectStore(metadata: metadata, volumes: volumes, limits: limits, departure: departure)
    try await store.loadBuckets()
    try await store.loadDeletedBuckets()
    try await store.loadViews()
    try await store.restoreSegmentUse()
    do throws(ObjectError) {
      try await store.recordVolumes()
    } catch {
      // Of the one volume there is only its id to note; what lies on others must not be nobody's later.
      guard case .storage(let failure) = error, failure.code == .full, volumes.members.count == 1 else {
        throw error
      }
      report(failure)
    }
    for failure in try await store.resumeCleanUps() { report(failure) }
    return store
  }

  /// Does what a commit left to be done when it is durable.
  func settle(_ aftermath: Aftermath) async {
    // Commits end in the order of their timestamps.
    _ = settledPast.max(aftermath.timestamp, ordering: .releasing)
    if !aftermath.dead.isEmpty { volumes.markDead(aftermath.dead) }
    for id in aftermath.cleanUps { await attemptCleanUp(id) }
  }
}
