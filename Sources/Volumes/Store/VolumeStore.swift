/// Blobs on disk. (Declarations; the implementation follows.)
package final class VolumeStore: Sendable {
  /// A writer of one blob, on the current ring. `expectedLength` is a hint that saves space and writes.
  package func makeWriter(
    _ description: ExtentDescription, expectedLength: UInt64?
  ) async throws(VolumeError) -> BlobWriter { throw VolumeError(.closed, "not built yet") }

  /// A reader of `range` of the bytes that `extents` make together, on the current ring.
  package func makeReader(_ extents: [ExtentLocation], range: Range<UInt64>) -> BlobReader { BlobReader() }

  /// Accounts extents that nothing refers to any more.
  package func markDead(_ extents: [ExtentLocation]) {}

  /// Figures as of now.
  package func statistics() -> VolumeStatistics { VolumeStatistics() }

  /// What each segment holds, by number.
  package func segmentUsage() -> [SegmentUsage] { [] }

  /// Takes the live bytes of segments from metadata after a start.
  package func restoreUsage(_ usage: [SegmentUsage]) {}

  /// Seals what is open; writers that are not finished fail.
  package func close() async {}

  init() {}
}
