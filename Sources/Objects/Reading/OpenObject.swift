import Primitives
import Volumes

/// One version of an object, held open for reading: it has all that says where the bytes are, so what happens to
/// the key meanwhile does not matter, and the segments it names stay for as long as it lives.
package final class OpenObject: Sendable {
  let map: ContentMap
  let volumes: VolumeSet
  let bucket: BucketInfo
  /// The key of the row that it was read from.
  let rowKey: [UInt8]
  /// Of what was reached by a symbolic link.
  private let link: ObjectInfo?
  private let epochs: ReadEpochs
  /// Nil when all bytes are here.
  private let ticket: ReadEpochs.Readers?

  /// Takes the ticket over, with which the reader entered before it read the object's row.
  init(
    map: ContentMap, volumes: VolumeSet, bucket: BucketInfo, rowKey: [UInt8], link: ObjectInfo? = nil,
    _ epochs: ReadEpochs, _ ticket: ReadEpochs.Readers
  ) {
    self.map = map
    self.volumes = volumes
    self.bucket = bucket
    self.rowKey = rowKey
    self.link = link
    self.epochs = epochs
    if case .inline = map.content {
      self.ticket = nil
      epochs.leave(ticket)
    } else {
      self.ticket = ticket
    }
  }

  deinit {
    if let ticket { epochs.leave(ticket) }
  }

  /// What readers are shown.
  package var info: ObjectInfo { link ?? map.info }

  /// All of an inline object's bytes in `range`, for one send with the response's head, sharing the memory of
  /// its row; nil when the object is not inline. `range` must lie within the object.
  package func inlineBytes(_ range: Range<UInt64>) -> ArraySlice<UInt8>? { map.inlineBytes(range) }

  /// A reader of bytes `range`, which must lie within the object; on the ring that calls.
  package func read(_ range: Range<UInt64>) throws(ObjectError) -> ObjectReader {
    precondition(range.upperBound <= info.size, "a range beyond the object")
    return ObjectReader(
      ReadPlan(try pieces { () throws(ObjectError) in try map.pieces(range) }), volumes, of: self)
  }

  /// The uncut pieces that hold bytes `range`, and perhaps others.
  func allPieces(_ range: Range<UInt64>) throws(ObjectError) -> [Piece] {
    try pieces { () throws(ObjectError) in try map.allPieces(range) }
  }

  /// Runs a look at the content's records; damage there names the object.
  func pieces<R>(_ body: () throws(ObjectError) -> R) throws(ObjectError) -> R {
    do throws(ObjectError) { return try body() } catch { throw naming(error) }
  }

  /// The failure, naming this object if it is one of the storage.
  func naming(_ error: ObjectError) -> ObjectError { error.naming(bucket, info.key, info.version) }

  /// Where part `number` (1 ... N) lies; of an object written at once part 1 is all of it.
  /// Throws `.invalidPartNumber`.
  package func part(_ number: Int) throws(ObjectError) -> ObjectPart {
    try pieces { () throws(ObjectError) in try map.part(number) }
  }
}
