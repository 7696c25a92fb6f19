import Metadata
package import Volumes

// How space comes back (docs/ordering.md, "Reclaim"). One caller at a time.
extension ObjectStore {
  /// Removes the segments in which nothing is live, once nobody reads them any more: how many, and their bytes.
  package func removeEmptySegments() async throws(ObjectError) -> (segments: Int, bytes: UInt64) {
    let segments = volumes.emptySegments()
    guard !segments.isEmpty else { return (0, 0) }
    await metadata.journaled()
    await epochs.synchronize()
    var bytes: UInt64 = 0
    for segment in segments {
      do throws(VolumeError) {
        bytes += try await volumes.remove(segment: segment)
      } catch {
        throw ObjectError(error)
      }
      try await forget(segment)
    }
    return (segments.count, bytes)
  }

  /// Deletes the counter of a segment that is gone.
  private func forget(_ segment: UInt32) async throws(ObjectError) {
    let key = ObjectTables.segmentUse(volume: volumes.volumeNumber, segment: segment)
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
    _ segments: Set<UInt32>, pace: @escaping @Sendable (UInt64) async throws(ObjectError) -> Void
  ) async throws(ObjectError) -> EvacuationReport {
    let evacuation = Evacuation(self, segments, pace: pace)
    try await evacuation.run()
    return evacuation.report
  }
}
