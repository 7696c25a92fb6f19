import Primitives

/// One version's row, and where it lies.
struct KeyVersion: Sendable {
  enum Place: Hashable, Sendable {
    /// Current, an object.
    case object
    /// Current, a delete marker.
    case marker
    /// Not current, or removed and kept.
    case noncurrent
  }

  let place: Place
  /// The object record, inline bytes behind it.
  let value: [UInt8]
  private(set) var row: ObjectRow
  /// Of a version that is not current: since when, a commit timestamp; 0 of a current one.
  let until: UInt64
  /// What it was as of a moment, when it has been appended to since; then `row` tells that, and the content of `record`
  /// goes on behind it.
  private(set) var past: AppendState?

  /// Reads the value of a row in `objects`, `markers` or `versions`.
  init(_ place: Place, _ stored: [UInt8]) throws(ObjectError) {
    self.place = place
    if place == .noncurrent {
      guard stored.count > Self.dateLength else { throw .damaged("a version row") }
      until = Self.date(stored)
      value = Array(stored[Self.dateLength...])
    } else {
      until = 0
      value = stored
    }
    row = try decoding { [value] () throws(RecordError) in try ObjectRow(value) }
  }

  /// The whole record.
  func record() throws(ObjectError) -> ObjectRecord {
    var record = try decoding { () throws(RecordError) in try ObjectRecord(decoding: value) }
    if let past {
      record.row = row
      record.checksum = past.checksum
      record.appending = nil
    }
    return record
  }

  /// The commit that wrote it, or appended to it last.
  func lastWritten() throws(ObjectError) -> UInt64 {
    guard row.kind == .appendable, past == nil else { return row.version.rawValue }
    return max(row.version.rawValue, try record().appending?.last ?? 0)
  }

  /// The same version in an earlier state.
  func asItWas(_ state: AppendState) -> KeyVersion {
    var then = self
    then.row = row.asItWas(state)
    then.past = state
    return then
  }

  /// Another record as the value of this version's row; nil when it has more than `limit` bytes, inline ones aside.
  func stored(_ record: ObjectRecord, upTo limit: Int) -> [UInt8]? {
    guard let value = record.encode(upTo: limit) else { return nil }
    return place == .noncurrent ? Self.dated(value, until: until) : value
  }

  /// Bytes in front of a noncurrent version's record.
  static let dateLength = 8

  /// A record as it lies in `versions` and `removed`: behind when it was current last.
  static func dated(_ value: [UInt8], until: UInt64) -> [UInt8] {
    var stored: [UInt8] = []
    stored.reserveCapacity(dateLength + value.count)
    ObjectTables.append(until, to: &stored)
    stored.append(contentsOf: value)
    return stored
  }

  /// The version that a row of `nullVersions` points to.
  static func version(ofPointer value: [UInt8]) throws(ObjectError) -> VersionID {
    guard value.count == dateLength else { throw .damaged("a row that points to a null version") }
    return VersionID(rawValue: date(value))
  }

  private static func date(_ stored: [UInt8]) -> UInt64 {
    stored[..<dateLength].reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension ObjectRow {
  /// How clients name this version.
  var label: VersionLabel { isNullVersion ? .null : .id(version) }
}

extension ObjectRecord {
  /// A delete marker: no content, no metadata.
  static func deleteMarker(
    _ version: VersionID, isNullVersion: Bool, at time: Timestamp
  ) -> ObjectRecord {
    ObjectRecord(
      row: ObjectRow(
        contentKind: .inline, isDeleteMarker: true, isNullVersion: isNullVersion, storageClass: .standard,
        etag: ETag(high: 0, low: 0, partCount: 0), version: version, lastModified: time, size: 0,
        recordLength: 0),
      fields: MetadataFields(), checksum: nil, content: .inline([]), upload: nil)
  }
}

extension MetadataFields {
  /// Whether the version may be deleted for good (AWS user guide, "Object Lock").
  func permitsRemoval(at now: Timestamp, bypassesGovernance: Bool) -> Bool {
    if legalHold == true { return false }
    guard let retention, retention.isActive(at: now) else { return true }
    return retention.mode == .governance && bypassesGovernance
  }
}

extension BucketSettings {
  /// Whether a version of a key is kept when it is removed: for the recovery window, or since a view may show it.
  func keeps(_ key: ObjectKey, _ version: VersionID) -> Bool {
    if recoveryWindow > 0 { return true }
    return cuts.contains {
      version.rawValue <= $0.asOf.rawValue && key.bytes.starts(with: $0.prefix)
    }
  }
}
