import Volumes

/// Reads a range of an object. Belongs to the ring that made it.
package final class ObjectReader {
  private let steps: [ReadPlan.Step]
  private let volumes: VolumeSet
  /// What is read, held open.
  private var object: OpenObject?
  private var nextStep = 0
  private var blob: BlobReader?
  /// The inline bytes handed out last.
  private var held: SmallBuffer?

  /// Nil for the reclaimer only, which nobody has to be kept from.
  init(_ plan: ReadPlan, _ volumes: VolumeSet, of object: OpenObject?) {
    steps = plan.steps
    self.object = object
    self.volumes = volumes
  }

  /// Bytes of memory that it holds at most while it is read: the buffers of its largest piece, and where the pieces
  /// are.
  package var memoryBytes: Int {
    var largest = 0
    var places = 0
    for step in steps {
      switch step {
      case .bytes(let bytes):
        places += bytes.count
        largest = max(largest, bytes.count)
      case .extents(let extents, let range):
        places += extents.count * MemoryLayout<ExtentLocation>.stride
        largest = max(largest, VolumeStore.readerBytes(range.upperBound - range.lowerBound))
      }
    }
    return largest + places
  }

  /// The next bytes, verified against their checksums and valid until the next call; nil at the end.
  package func next() async throws(ObjectError) -> UnsafeRawBufferPointer? {
    held = nil
    while true {
      if let blob {
        if let bytes = try await unsafe read(blob) { return unsafe bytes }
        await blob.close()
        self.blob = nil
      }
      guard nextStep < steps.count else { return nil }
      let step = steps[nextStep]
      nextStep += 1
      switch step {
      case .bytes(let bytes):
        let buffer = SmallBuffer(capacity: bytes.count)
        // SAFETY: the space has as many bytes as the array.
        unsafe buffer.space.copyBytes(from: bytes)
        buffer.advance(bytes.count)
        held = buffer
        return unsafe buffer.bytes
      case .extents(let extents, let range):
        blob = volumes.makeReader(extents, range: range)
      }
    }
  }

  /// Releases buffers; call it whether or not all was read.
  package func close() async {
    nextStep = steps.count
    held = nil
    if let blob { await blob.close() }
    blob = nil
    object = nil
  }

  private func read(_ blob: BlobReader) async throws(ObjectError) -> UnsafeRawBufferPointer? {
    do throws(VolumeError) {
      return try await unsafe blob.next()
    } catch {
      throw object?.naming(ObjectError(error)) ?? ObjectError(error)
    }
  }
}
