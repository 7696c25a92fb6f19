/// Writes one blob. Belongs to the ring that made it.
package final class BlobWriter {
  /// Space to fill: at least one byte, at most 256 KiB.
  package func nextBuffer() async throws(VolumeError) -> UnsafeMutableRawBufferPointer {
    throw VolumeError(.closed, "not built yet")
  }

  /// The first `count` bytes of that space are now the blob's next bytes.
  package func advance(_ count: Int) async throws(VolumeError) {
    throw VolumeError(.closed, "not built yet")
  }

  /// Makes the blob durable and says where it lies.
  package func finish() async throws(VolumeError) -> [ExtentLocation] {
    throw VolumeError(.closed, "not built yet")
  }

  /// Gives the blob up; its space is dead.
  package func abandon() async {}

  init() {}
}
