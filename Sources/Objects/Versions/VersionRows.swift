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

  /// Rows read on before a seek: towards a version, past a key, past a group. On the way to a version none is looked
  /// at, which makes a step cheap.
  private var versionSteps = StepsBeforeSeek(16)
  private var keySteps = StepsBeforeSeek(4)
  private var groupSteps = StepsBeforeSeek(4)
  /// Whether it was moved to a row, or to the end, ever.
  private var hasBegun = false
  /// The place looked for last; kept for its memory.
  private var place: [UInt8] = []

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
    hasBegun = true
    try cursor.move(to: Self.lower(table, bucket, key))
    try load()
  }

  /// Moves on to the first version of `key` that was written up to a moment, or past the key when there is none. It
  /// need not stand on the key, but not behind its versions up to the moment. Only where a key has many rows.
  func seek(_ key: [UInt8], upTo moment: UInt64) throws(ObjectError) {
    precondition(!table.isSingle, "a key has one row at most")
    place.removeAll(keepingCapacity: true)
    ObjectTables.appendPlace(of: key, upTo: moment, in: table.byte, bucket, to: &place)
    if hasBegun, try stepToPlace() { return }
    hasBegun = true
    try cursor.move(to: place)
    try load()
  }

  /// Steps on to the first row that is not before the place; false: that is too far.
  private func stepToPlace() throws(ObjectError) -> Bool {
    let most = versionSteps.next()
    var steps = 0
    // SAFETY: the bytes are used before the cursor moves.
    while cursor.isValid, unsafe cursor.key.precedes(place) {
      if steps == most {
        versionSteps.missed(after: steps)
        return false
      }
      steps += 1
      budget.spend()
      try cursor.advance()
    }
    if steps > 0 { try load() }
    return true
  }

  /// Moves past all versions of the key it stands on.
  func passKey() throws(ObjectError) {
    guard let key else { return }
    if table.isSingle { return try advance() }
    let most = keySteps.next()
    for _ in 0..<most {
      try advance()
      if self.key != key { return }
    }
    keySteps.missed(after: most)
    let prefix =
      table == .versions ? ObjectTables.versionPrefix(bucket, key) : ObjectTables.removedPrefix(bucket, key)
    guard let next = upperBound(ofPrefix: prefix) else { return }
    try cursor.move(to: next)
    try load()
  }

  /// Moves past all keys that begin with `group`.
  func pass(group: [UInt8]) throws(ObjectError) {
    guard let key, key.starts(with: group) else { return }
    let most = groupSteps.next()
    for _ in 0..<most {
      try advance()
      guard let key = self.key, key.starts(with: group) else { return }
    }
    groupSteps.missed(after: most)
    guard let next = upperBound(ofPrefix: Self.lower(table, bucket, group)) else { return }
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
