import Primitives

/// One version of an object, held open for reading.
package struct OpenObject: Sendable {
  package let info: ObjectInfo

  /// All of an inline object's bytes in `range`, for one send with the response's head; nil when the object
  /// is not inline.
  package func inlineBytes(_ range: Range<UInt64>) -> [UInt8]? { nil }

  /// Where part `number` (1 ... N) lies; see `ObjectStore.objectPart`.
  package func part(_ number: Int) throws(ObjectError) -> ObjectPart {
    throw .invalidPartNumber(requested: number, actual: 0)
  }

  /// A reader of bytes `range`, which must lie within the object; on the ring that calls.
  package func read(_ range: Range<UInt64>) throws(ObjectError) -> ObjectReader { ObjectReader() }
}

/// Reads a range of an object. Belongs to the ring that made it.
package final class ObjectReader {
  /// The next bytes, verified against their checksums and valid until the next call; nil at the end.
  package func next() async throws(ObjectError) -> UnsafeRawBufferPointer? { nil }

  /// Releases buffers; call it whether or not all was read.
  package func close() async {}

  init() {}
}
