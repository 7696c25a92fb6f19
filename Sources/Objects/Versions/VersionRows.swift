import Metadata
import Primitives

/// Walks the versions in one of a bucket's tables: keys in the order of their bytes, within a key the newest first.
final class VersionRows {
  enum Table {
    case objects, markers, versions, removed

    var byte: UInt8 {
      switch self {
      case .objects: ObjectTables.objects
      case .markers: ObjectTables.markers
      case .versions: ObjectTables.versions
      case .removed: ObjectTables.removed
      }
    }

    /// Whether a key has one row at most.
    var isSingle: Bool { self == .objects || self == .markers }
  }

  let table: Table
  private let bucket: UInt64
  private let cursor: MetadataCursor
  private let budget: StepBudget
  /// Whether the row it stands on can be read.
  private var isReadable = true
  /// The key of the object; nil at the end.
  private(set) var key: [UInt8]?
  /// When the version was written, a commit timestamp.
  private(set) var version: UInt64 = 0
  /// When it was removed; 0 in other tables.
  private(set) var removed: UInt64 = 0

  /// Rows read on towards a place before a seek pays.
  private static let stepsBeforeSeek = 4

  /// Over the keys that begin with `scope`; stands nowhere until `seek`.
  init(
    _ table: Table, _ reader: any MetadataReader, bucket: UInt64, scope: [UInt8], _ budget: StepBudget
  ) {
    self.table = table
    self.bucket = bucket
    self.budget = budget
    let lower = Self.lower(table, bucket, scope)
    cursor = reader.cursor(lower: lower, upper: upperBound(ofPrefix: lower))
  }

  private static func lower(_ table: Table, _ bucket: UInt64, _ key: [UInt8]) -> [UInt8] {
    var bytes = ObjectTables.bucketPrefix(table.byte, bucket)
    if table.isSingle {
      bytes.append(contentsOf: key)
    } else {
      EscapedKey.appendOpen(key, to: &bytes)
    }
    return bytes
  }

  /// Moves to the first row whose key is not before `key`.
  func seek(_ key: [UInt8]) throws(ObjectError) {
    try cursor.move(to: Self.lower(table, bucket, key))
    try load()
  }

  /// Moves within the key it stands on, or past it, to the first version written up to a moment.
  func seek(upTo moment: UInt64) throws(ObjectError) {
    guard let key else { return }
    for _ in 0..<Self.stepsBeforeSeek {
      guard self.key == key, version > moment else { return }
      try advance()
    }
    guard self.key == key, version > moment, !table.isSingle else { return }
    let place =
      table == .versions
      ? ObjectTables.version(bucket, key, moment)
      : ObjectTables.removedVersion(bucket, key, moment, removed: 0)
    try cursor.move(to: place)
    try load()
  }

  /// Moves past all versions of the key it stands on.
  func passKey() throws(ObjectError) {
    guard let key else { return }
    for _ in 0..<Self.stepsBeforeSeek {
      try advance()
      if table.isSingle || self.key != key { return }
    }
    let prefix =
      table == .versions ? ObjectTables.versionPrefix(bucket, key) : ObjectTables.removedPrefix(bucket, key)
    guard let next = upperBound(ofPrefix: prefix) else { return }
    try cursor.move(to: next)
    try load()
  }

  /// Moves past all keys that begin with `group`.
  func pass(group: [UInt8]) throws(ObjectError) {
    for _ in 0..<Self.stepsBeforeSeek {
      guard let key, key.starts(with: group) else { return }
      try advance()
    }
    guard let key, key.starts(with: group),
      let next = upperBound(ofPrefix: Self.lower(table, bucket, group))
    else { return }
    try cursor.move(to: next)
    try load()
  }

  /// Moves to the next row.
  func advance() throws(ObjectError) {
    try cursor.advance()
    try load()
  }

  /// Throws when the row it stands on cannot be read. Its version is not known then where a key has one row at most.
  func check() throws(ObjectError) {
    guard isReadable else { throw .damaged("a version row cannot be read") }
  }

  /// The record of the row it stands on, if that can be read; valid until it moves.
  var record: UnsafeRawBufferPointer {
    // SAFETY: the caller uses it before the cursor moves; `load` has checked that a dated row is longer than its date.
    let value = unsafe cursor.value
    return table.isSingle
      ? unsafe value : unsafe UnsafeRawBufferPointer(rebasing: value[KeyVersion.dateLength...])
  }

  /// The fixed part of the record. Throws when it cannot be read.
  func row() throws(ObjectError) -> ObjectRow {
    try check()
    // SAFETY: used before the cursor moves.
    guard let row = unsafe ObjectRow(record) else { throw .damaged("a version row cannot be read") }
    return row
  }

  /// What the version that it stands on was as of a moment; nil when it has not been appended to since.
  func state(asOf: UInt64, _ reader: any MetadataReader) throws(ObjectError) -> AppendState? {
    guard let key else { return nil }
    let row = try row()
    guard row.kind == .appendable else { return nil }
    return try AppendSearch.state(reader, bucket: bucket, key: key, row, asOf: asOf)
  }

  private func load() throws(ObjectError) {
    budget.spend()
    guard cursor.isValid else { return key = nil }
    // SAFETY: the bytes are copied, or used, before the cursor moves.
    let bytes = unsafe cursor.key
    if table.isSingle {
      guard bytes.count > 9 else { throw .damaged("a row's key is too short") }
      key = unsafe Array(bytes[9...])
      let row = unsafe ObjectRow(cursor.value)
      isReadable = row != nil
      version = row?.version.rawValue ?? 0
      return
    }
    guard let parsed = unsafe VersionRowKey(bytes) else { throw .damaged("a version's row") }
    isReadable = unsafe cursor.value.count > KeyVersion.dateLength
    key = parsed.key
    version = parsed.version.rawValue
    removed = parsed.removed ?? 0
  }
}
