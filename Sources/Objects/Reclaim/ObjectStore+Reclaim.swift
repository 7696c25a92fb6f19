import Metadata
import Ring
package import Volumes

// How space comes back (docs/ordering.md, "Reclaim"). One caller at a time.
extension ObjectStore {
  /// How long one call waits for readers.
  private static let patience = Duration.seconds(1)

  /// Removes the segments in which nothing is live and that nobody reads any more: how many, and their bytes. Those
  /// that are still being read after a second are left for a later call.
  package func removeEmptySegments() async throws(ObjectError) -> (segments: Int, bytes: UInt64) {
    guard var removal = try await pendingRemoval() else { return (0, 0) }
    let end = Ring.current.now.advanced(by: Self.patience)
    while !epochs.isOver(&removal.grace) {
      guard Ring.current.now < end else {
        let waiting = removal
        self.removal.withLock { $0 = waiting }
        return (0, 0)
      }
      await Ring.current.sleep(for: .milliseconds(10))
    }
    var (count, bytes) = (0, UInt64(0))
    for segment in removal.segments {
      do throws(VolumeError) {
        guard let size = try await volumes.remove(segment) else { continue }
        count += 1
        bytes += size
      } catch {
        throw ObjectError(error)
      }
      try await forget(segment)
    }
    return (count, bytes)
  }

  /// The removal that readers held up, or a new one; nil when no segment is empty.
  private func pendingRemoval() async throws(ObjectError) -> SegmentRemoval? {
    let waiting = removal.withLock { removal in
      defer { removal = nil }
      return removal
    }
    if let waiting { return waiting }
    let segments = volumes.emptySegments()
    guard !segments.isEmpty else { return nil }
    await metadata.journaled()
    return SegmentRemoval(segments: segments, grace: epochs.begin())
  }

  /// Deletes the counter of a segment that is gone.
  private func forget(_ segment: SegmentID) async throws(ObjectError) {
    let key = ObjectTables.segmentUse(volume: segment.volume, segment: segment.segment)
    try await metadata.update(.key(bucket: 0, key: []), for: .free) {
      (transaction) throws(ObjectError) in
      guard let value = try transaction.row(key), CounterValue.decode(value) == 0 else { return }
      transaction.delete(key)
    }
  }

  /// What each segment holds now.
  package func segmentUsage() -> [SegmentUsage] { volumes.segmentUsage() }

  /// Moves everything that is live in `segments`, which nobody writes to any more, to others. `pace` waits until so
  /// many bytes may be copied, or throws to give up. Throws when the disk is full or fails; what is damaged is left,
  /// and reported.
  package func evacuate(
    _ segments: Set<SegmentID>, pace: @escaping @Sendable (UInt64) async throws(ObjectError) -> Void
  ) async throws(ObjectError) -> RelocationReport {
    let relocation = Relocation(self, .empty(segments), pace: pace)
    try await relocation.empty(segments)
    return relocation.report
  }
}

/// Segments that are removed once everybody who may read them has left.
struct SegmentRemoval: Sendable {
  let segments: [SegmentID]
  var grace: ReadEpochs.Grace
}
