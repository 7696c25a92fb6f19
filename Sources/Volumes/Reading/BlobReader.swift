/// Reads a range of a blob. Belongs to the ring that made it.
package final class BlobReader {
  /// The next verified bytes, valid until the next call; nil at the end.
  package func next() async throws(VolumeError) -> UnsafeRawBufferPointer? {
    throw VolumeError(.closed, "not built yet")
  }

  /// Releases the buffers; waits for reads in flight.
  package func close() async {}

  init() {}
}
