import Primitives

/// How far a bucket's keys are indexed by its lifecycle rules (docs/format/metadata.md, "Lifecycle set-up record").
struct LifecycleSetUp: Hashable, Sendable {
  static let recordVersion: UInt8 = 1
  /// The tables whose rows are walked, in this order.
  static let tables = [
    ObjectTables.objects, ObjectTables.markers, ObjectTables.versions, ObjectTables.uploads,
  ]

  /// The rules that are set up.
  let generation: UInt64
  var table = ObjectTables.objects
  /// The key of the row behind which it goes on; empty: at the table's beginning.
  var position: [UInt8] = []

  init(generation: UInt64) { self.generation = generation }

  func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: 16 + position.count)
    writer.u8(Self.recordVersion)
    writer.u64(generation)
    writer.u8(table)
    writer.bytes(position)
    return writer.bytes
  }

  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.recordVersion else { throw .unknownVersion(version) }
    generation = try reader.u64()
    table = try reader.u8()
    guard Self.tables.contains(table) else { throw .badValue("set-up table") }
    position = try reader.bytes()
    try reader.expectEnd()
  }

  /// The place behind a page of rows; nil when all is walked.
  func after(_ last: [UInt8]?, isTableDone: Bool) -> LifecycleSetUp? {
    var next = self
    guard isTableDone else {
      next.position = last ?? position
      return next
    }
    guard let index = Self.tables.firstIndex(of: table), index + 1 < Self.tables.count else { return nil }
    next.table = Self.tables[index + 1]
    next.position = []
    return next
  }
}
