import Primitives
import Ring

@testable import Access
@testable import Flow
@testable import Metadata
@testable import Objects

/// Stored records, and the journal's. The first byte of an input chooses the decoder, the rest is the record. What is decoded and
/// encoded again says the same; what a record names can be walked without a trap.
enum RecordTarget {
  static func run(_ input: [UInt8]) throws(BrokenProperty) {
    guard let first = input.first else { return }
    try decoders[Int(first) % decoders.count](Array(input[1...]))
  }

  typealias Check = @Sendable ([UInt8]) throws(BrokenProperty) -> Void

  private static let decoders: [Check] = [
    object, part, upload, bucket, cleanUp, manifestRow, reference, user, accessKey, log, rocksLog, counter,
    escapedKey, extents, JournalTarget.header, JournalTarget.record, JournalTarget.bases,
    flow,
  ]

  /// Decodes, encodes, decodes: both values are the same, and so are two encodings.
  private static func roundTrip<Value: Equatable>(
    _ record: [UInt8], _ decode: ([UInt8]) throws(RecordError) -> Value, _ encode: (Value) -> [UInt8]
  ) throws(BrokenProperty) {
    guard let value = try? decode(record) else { return }
    let encoded = encode(value)
    do throws(RecordError) {
      try requireSame(value, try decode(encoded), encoded, encode)
    } catch {
      throw BrokenProperty("a record encoded again is refused: \(error)")
    }
  }

  private static func requireSame<Value: Equatable>(
    _ value: Value, _ again: Value, _ encoded: [UInt8], _ encode: (Value) -> [UInt8]
  ) throws(RecordError) {
    guard value == again else { throw .badValue("\(again), which was \(value)") }
    guard encode(again) == encoded else { throw .badValue("another encoding") }
  }

  // MARK: Objects

  private static let object: Check = { record throws(BrokenProperty) in
    let decode: ([UInt8]) throws(RecordError) -> ObjectRecord = { value throws(RecordError) in
      var found = try ObjectRecord(decoding: value)
      // Fields of a later release are passed over, and then the record is shorter.
      found.row.recordLength = 0
      return found
    }
    try roundTrip(record, decode, { $0.encode() })
    guard let found = try? ObjectRecord(decoding: record) else { return }
    try walk(found)
  }

  /// Reads parts and ranges of what the record says, as GET does.
  private static func walk(_ record: ObjectRecord) throws(BrokenProperty) {
    let info = record.info(key: ObjectKey(stored: [0x6B]), bucketOwner: PrincipalID("owner"))
    var rows: [[UInt8]] = []
    if case .manifest(let manifest) = record.content { rows = manifest.rows.map { _ in [1] } }
    let map = ContentMap(info: info, content: record.content, manifestRows: rows)
    var random = choices(for: record.encode())
    let size = record.row.size
    for _ in 0..<4 {
      let start = UInt64.random(in: 0...size, using: &random)
      let range = start..<UInt64.random(in: start...size, using: &random)
      if let pieces = try? map.pieces(range) {
        try requireEqual(
          Pieces.length(pieces), UInt64(range.count), "the length of a range of the object")
        _ = ReadPlan(pieces)
      }
      _ = try? map.part(Int.random(in: 0...10_001, using: &random))
      _ = try? map.parts(after: Int.random(in: 0...10_001, using: &random), limit: 1000)
    }
    _ = try? map.allPieces(0..<size)
  }

  private static let part: Check = { record throws(BrokenProperty) in
    try roundTrip(record, { value throws(RecordError) in try PartRecord(decoding: value) }, { $0.encode() })
  }

  private static let upload: Check = { record throws(BrokenProperty) in
    try roundTrip(record, { value throws(RecordError) in try UploadRecord(decoding: value) }, { $0.encode() })
  }

  private static let bucket: Check = { record throws(BrokenProperty) in
    try roundTrip(
      record, { value throws(RecordError) in try BucketRecord.decode(name: bytes("bucket"), value) },
      BucketRecord.encode)
    _ = try? BucketRecord.decode(name: record, [])
  }

  private static let cleanUp: Check = { record throws(BrokenProperty) in
    try roundTrip(
      record, { value throws(RecordError) in try CleanUpRecord(decoding: value) }, { $0.encode() })
    guard let found = try? CleanUpRecord(decoding: record), case .discardParts(_, let kept) = found.work
    else { return }
    for number in [-1, 0, 1, 8, 10_000, Int.max] { _ = kept.contains(number) }
  }

  private static let manifestRow: Check = { record throws(BrokenProperty) in
    try roundTrip(
      record, { value throws(RecordError) in try ManifestRow.decode(value) },
      { parts in
        var builder = ManifestBuilder(rowBytes: 1 << 24)
        for part in parts { builder.append(part) }
        builder.finish()
        return builder.values.first ?? [ManifestRow.recordVersion]
      })
  }

  private static let reference: Check = { record throws(BrokenProperty) in
    try roundTrip(
      record, { value throws(RecordError) in try ReferenceRecord(decoding: value) }, { $0.encode() })
  }

  private static let extents: Check = { record throws(BrokenProperty) in
    try roundTrip(
      record,
      { value throws(RecordError) in
        var reader = ByteReader(value)
        return try PieceCoding.decodeExtents(&reader)
      },
      {
        var writer = ByteWriter()
        PieceCoding.encode($0, to: &writer)
        return writer.bytes
      })
  }

  private static let escapedKey: Check = { record throws(BrokenProperty) in
    let read = record.withPart(0..<record.count) { unsafe EscapedKey.read($0) }
    if let (key, length) = read {
      var escaped: [UInt8] = []
      EscapedKey.append(key, to: &escaped)
      try requireEqual(escaped, Array(record[..<length]), "an escaped key")
    }
    var escaped: [UInt8] = []
    EscapedKey.append(record, to: &escaped)
    let back = escaped.withPart(0..<escaped.count) { unsafe EscapedKey.read($0) }
    try require(
      back?.key == record && back?.length == escaped.count, "a key comes back from its escaped form")
  }

  // MARK: Access

  private static let user: Check = { record throws(BrokenProperty) in
    try roundTrip(
      record, { value throws(RecordError) in IdentityRecords.encode(try IdentityRecords.decodeUser(value)) },
      { $0 })
  }

  private static let accessKey: Check = { record throws(BrokenProperty) in
    try roundTrip(
      record, { value throws(RecordError) in IdentityRecords.encode(try IdentityRecords.decodeKey(value)) },
      { $0 })
  }

  // MARK: Flow

  /// The first byte chooses the kind of row, whose key says no more than that.
  private static let flow: Check = { record throws(BrokenProperty) in
    guard let first = record.first else { return }
    let kinds: [UInt8] = [0x67, 0x70, 0x6D, 0x6E, 0x71]
    let key = [FlowRow.table, kinds[Int(first) % kinds.count]]
    var configuration = FlowConfiguration()
    guard (try? FlowRow.read(key: key, value: Array(record[1...]), into: &configuration)) != nil else {
      return
    }
    var again = FlowConfiguration()
    do throws(RecordError) {
      for row in configuration.rows {
        try FlowRow.read(key: row.key, value: row.value ?? [], into: &again)
      }
    } catch { throw BrokenProperty("a row that was written does not read: \(error)") }
    try require(again == configuration, "a flow configuration comes back from its rows")
  }

  // MARK: Metadata

  private static let log: Check = { record throws(BrokenProperty) in
    let (groups, length) = LogRecord.decodeAll(record)
    try require(length <= record.count, "a log is no longer than its bytes")
    var encoded: [UInt8] = []
    for (index, group) in groups.enumerated() {
      encoded += LogRecord.encode(number: UInt64(index) + 1, group)
    }
    try requireEqual(LogRecord.decodeAll(encoded).groups, groups, "the groups of a log")
  }

  private static let rocksLog: Check = { record throws(BrokenProperty) in
    let scan = LogDamage.Scan(record)
    if let bad = scan.badRecord {
      try require(bad < record.count, "damage lies within the log")
      _ = LogDamage.hasRecord(record, from: bad + 1)
    }
  }

  private static let counter: Check = { record throws(BrokenProperty) in
    guard let value = CounterValue.decode(record) else { return }
    try requireEqual(CounterValue.encode(value), record, "a counter")
  }
}
