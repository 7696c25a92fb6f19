import Metadata
package import Primitives

/// How far the background scrub is; kept in metadata, so that a restart goes on where it was.
package struct ScrubRecord: Hashable, Sendable {
  static let recordVersion: UInt8 = 1

  /// When the pass under way began, and when the last one ended; 0 for never.
  package var started = Timestamp(milliseconds: 0)
  package var finished = Timestamp(milliseconds: 0)
  /// Where the pass under way goes on; nil when none is under way.
  package var position: [UInt8]?
  /// What the pass under way, or else the last one, found damaged.
  package var damaged: UInt64 = 0

  /// Nothing was ever scrubbed.
  package init() {}

  func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: 64)
    writer.u8(Self.recordVersion)
    writer.i64(started.milliseconds)
    writer.i64(finished.milliseconds)
    writer.varint(damaged)
    writer.bytes(position ?? [])
    return writer.bytes
  }

  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.recordVersion else { throw .unknownVersion(version) }
    started = Timestamp(milliseconds: try reader.i64())
    finished = Timestamp(milliseconds: try reader.i64())
    damaged = try reader.varint()
    let place = try reader.bytes()
    position = place.isEmpty ? nil : place
    try reader.expectEnd()
  }
}

extension ObjectStore {
  /// How far the background scrub is. A record that cannot be read begins anew.
  package func scrubRecord() async throws(ObjectError) -> ScrubRecord {
    guard let value = try await metadata.row(ObjectTables.scrub) else { return ScrubRecord() }
    return (try? ScrubRecord(decoding: value)) ?? ScrubRecord()
  }

  /// Keeps how far the background scrub is.
  package func store(_ record: ScrubRecord) async throws(ObjectError) {
    let value = record.encode()
    try await metadata.update(.key(bucket: 0, key: [])) { (transaction) throws(ObjectError) in
      transaction.put(ObjectTables.scrub, value)
    }
  }
}
