import Metadata
import Primitives

/// Looks in a snapshot for what an appendable object was at a moment.
enum AppendSearch {
  /// The state in which a version, whose row is `row`, was as of a moment; nil when it has not been appended to since.
  static func state(
    _ reader: any MetadataReader, bucket: UInt64, key: [UInt8], _ row: ObjectRow, asOf: UInt64
  ) throws(ObjectError) -> AppendState? {
    let version = row.version
    let prefix = ObjectTables.appendPrefix(bucket, key, version.rawValue)
    let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
    // A state is over with the commit that its row names.
    try cursor.move(to: ObjectTables.append(bucket, key, version.rawValue, end: asOf &+ 1))
    guard cursor.isValid else { return nil }
    // SAFETY: the value is copied before the cursor moves.
    let value = unsafe [UInt8](cursor.value)
    let state = try decoding { () throws(RecordError) in try AppendState(decoding: value) }
    guard state.size <= row.size, state.checksum.count == row.checksumAlgorithm?.digestLength ?? 0 else {
      throw .damaged("a note of an append does not go with its object")
    }
    return state
  }
}
