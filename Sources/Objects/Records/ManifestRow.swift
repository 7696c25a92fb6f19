import Primitives

/// One row of a manifest: part entries, back to back.
enum ManifestRow {
  static let recordVersion: UInt8 = 1

  static func decode(_ value: [UInt8]) throws(RecordError) -> [PartEntry] {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == recordVersion else { throw .unknownVersion(version) }
    var parts: [PartEntry] = []
    while !reader.isAtEnd { parts.append(try PieceCoding.decodePart(&reader)) }
    return parts
  }
}

extension ManifestRow {
  static func encode(_ parts: [PartEntry]) -> [UInt8] {
    var writer = ByteWriter(capacity: 256)
    writer.u8(recordVersion)
    for part in parts { PieceCoding.encode(part, to: &writer) }
    return writer.bytes
  }
}

/// Cuts a list of part entries into manifest rows.
struct ManifestBuilder {
  private let rowBytes: Int
  private(set) var rows: [ManifestReference.Row] = []
  /// Row values, by number.
  private(set) var values: [[UInt8]] = []
  private var writer = ByteWriter(capacity: 0)
  private var parts = 0
  private var bytes: UInt64 = 0

  /// A row is closed once its value has `rowBytes` bytes.
  init(rowBytes: Int) {
    self.rowBytes = rowBytes
  }

  mutating func append(_ part: PartEntry) {
    if parts == 0 {
      writer = ByteWriter(capacity: rowBytes + 256)
      writer.u8(ManifestRow.recordVersion)
    }
    PieceCoding.encode(part, to: &writer)
    parts += 1
    bytes += part.size
    if writer.count >= rowBytes { closeRow() }
  }

  mutating func finish() {
    if parts > 0 { closeRow() }
  }

  /// Hands row values over and lets go of them.
  mutating func takeValues(_ range: Range<Int>) -> [(index: Int, value: [UInt8])] {
    let taken = range.map { (index: $0, value: values[$0]) }
    for index in range { values[index] = [] }
    return taken
  }

  private mutating func closeRow() {
    values.append(writer.bytes)
    rows.append(ManifestReference.Row(parts: parts, bytes: bytes))
    parts = 0
    bytes = 0
  }
}
