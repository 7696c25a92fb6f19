import Metadata
import Primitives

/// A version with the key of its row.
struct LocatedVersion {
  let rowKey: [UInt8]
  let version: KeyVersion
}

/// Looks for one key's versions in a snapshot, as they are or as they were at a moment.
///
/// As of a moment a key is what was written last up to it and was not removed by then: removed versions are looked
/// at too, and newer ones are passed over. Those that were removed before the moment may be very many: a read that has
/// stepped over as many as it may ends, and the next goes on where it was, in a snapshot of its own.
struct VersionSearch {
  /// How far a search is that takes several reads.
  struct Progress: Sendable {
    /// Removed versions that one read may step over.
    private let stepLimit: Int
    /// The newest removed version that has not been looked at; nil: none has.
    fileprivate var start: UInt64?
    /// Whether another read has to go on; then what was found says nothing.
    private(set) var isUnfinished = false
    private var steps = 0

    init(stepLimit: Int) { self.stepLimit = max(1, stepLimit) }

    fileprivate mutating func begin() { (isUnfinished, steps) = (false, 0) }

    /// Whether the read ends at a removed version, which is not wanted.
    fileprivate mutating func ends(at version: VersionID) -> Bool {
      isUnfinished = steps >= stepLimit
      if isUnfinished { start = version.rawValue }
      steps += 1
      return isUnfinished
    }
  }

  let reader: any MetadataReader
  let bucket: UInt64
  let key: ObjectKey
  let asOf: Moment?

  init(_ reader: any MetadataReader, bucket: UInt64, key: ObjectKey, asOf: Moment?) {
    self.reader = reader
    self.bucket = bucket
    self.key = key
    self.asOf = asOf
  }

  /// The current version, a delete marker too; nil when there is none.
  func current(_ progress: inout Progress) throws(ObjectError) -> LocatedVersion? {
    progress.begin()
    return try asItWas(findCurrent(&progress))
  }

  /// A version by its label.
  func version(_ label: VersionLabel, _ progress: inout Progress) throws(ObjectError) -> LocatedVersion? {
    progress.begin()
    return try asItWas(find(label, &progress))
  }

  /// The state in which a version was as of the moment.
  private func asItWas(_ found: LocatedVersion?) throws(ObjectError) -> LocatedVersion? {
    guard let found, let asOf, found.version.row.kind == .appendable,
      let state = try AppendSearch.state(
        reader, bucket: bucket, key: key.bytes, found.version.row, asOf: asOf.rawValue)
    else { return found }
    return LocatedVersion(rowKey: found.rowKey, version: found.version.asItWas(state))
  }

  private func findCurrent(_ progress: inout Progress) throws(ObjectError) -> LocatedVersion? {
    let top = try top()
    guard let asOf else { return top }
    let kept: LocatedVersion?
    if let top, isThere(top.version) { kept = top } else { kept = try noncurrent(upTo: asOf) }
    // Newer ones may have been removed since; older ones were not the last.
    return try firstRemoved(from: asOf.rawValue, to: kept?.version.row.version, asOf, &progress) { _ in true }
      ?? kept
  }

  private func find(
    _ label: VersionLabel, _ progress: inout Progress
  ) throws(ObjectError) -> LocatedVersion? {
    if let top = try top(), top.version.row.label == label, isThere(top.version) { return top }
    switch label {
    case .foreign: return nil
    case .id(let id):
      if let found = try noncurrent(id), found.version.row.label == label, isThere(found.version) {
        return found
      }
      guard let asOf, id.rawValue <= asOf.rawValue else { return nil }
      let below = VersionID(rawValue: id.rawValue &- 1)
      let found = try firstRemoved(from: id.rawValue, to: below, asOf, &progress) { _ in true }
      return found?.version.row.label == label ? found : nil
    case .null:
      let key = ObjectTables.nullVersion(bucket, key.bytes)
      if let pointer = try reader.row(key),
        let found = try noncurrent(try KeyVersion.version(ofPointer: pointer)), isThere(found.version)
      {
        return found
      }
      guard let asOf else { return nil }
      return try firstRemoved(from: asOf.rawValue, to: nil, asOf, &progress) { $0.row.isNullVersion }
    }
  }

  private func isThere(_ version: KeyVersion) -> Bool {
    asOf.map { version.row.version.rawValue <= $0.rawValue } ?? true
  }

  /// A version that was removed and is kept; nil when it is not.
  func kept(_ version: VersionID) throws(ObjectError) -> LocatedVersion? {
    let prefix = ObjectTables.removedPrefix(bucket, key.bytes)
    let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
    try cursor.move(to: ObjectTables.removedVersion(bucket, key.bytes, version.rawValue, removed: 0))
    guard cursor.isValid else { return nil }
    let found = try Self.located(cursor)
    return found.version.row.version == version ? found : nil
  }

  /// What is current now.
  func top() throws(ObjectError) -> LocatedVersion? {
    let objectKey = ObjectTables.object(bucket, key.bytes)
    if let value = try reader.row(objectKey) {
      return LocatedVersion(rowKey: objectKey, version: try KeyVersion(.object, value))
    }
    let markerKey = ObjectTables.marker(bucket, key.bytes)
    guard let value = try reader.row(markerKey) else { return nil }
    return LocatedVersion(rowKey: markerKey, version: try KeyVersion(.marker, value))
  }

  private func noncurrent(_ version: VersionID) throws(ObjectError) -> LocatedVersion? {
    let rowKey = ObjectTables.version(bucket, key.bytes, version.rawValue)
    guard let value = try reader.row(rowKey) else { return nil }
    return LocatedVersion(rowKey: rowKey, version: try KeyVersion(.noncurrent, value))
  }

  /// The newest that is not current and was written up to a moment.
  private func noncurrent(upTo asOf: Moment) throws(ObjectError) -> LocatedVersion? {
    let prefix = ObjectTables.versionPrefix(bucket, key.bytes)
    let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
    try cursor.move(to: ObjectTables.version(bucket, key.bytes, asOf.rawValue))
    return cursor.isValid ? try Self.located(cursor) : nil
  }

  /// The first row from a version on, newest first, down to but not including another, that was not removed up to
  /// `asOf` and is wanted.
  private func firstRemoved(
    from version: UInt64, to end: VersionID?, _ asOf: Moment, _ progress: inout Progress,
    _ isWanted: (KeyVersion) -> Bool
  ) throws(ObjectError) -> LocatedVersion? {
    let prefix = ObjectTables.removedPrefix(bucket, key.bytes)
    let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
    let start = min(version, progress.start ?? version)
    try cursor.move(to: ObjectTables.removedVersion(bucket, key.bytes, start, removed: 0))
    while cursor.isValid {
      // SAFETY: the key is copied before the cursor moves.
      let rowKey = try VersionRowKey(unsafe [UInt8](cursor.key))
      if let end, rowKey.version <= end { return nil }
      if let removed = rowKey.removed, removed > asOf.rawValue {
        let found = try Self.located(cursor)
        if isWanted(found.version) { return found }
      }
      if progress.ends(at: rowKey.version) { return nil }
      try cursor.advance()
    }
    return nil
  }

  private static func located(_ cursor: MetadataCursor) throws(ObjectError) -> LocatedVersion {
    // SAFETY: key and value are copied before the cursor moves.
    let (rowKey, value) = unsafe ([UInt8](cursor.key), [UInt8](cursor.value))
    return LocatedVersion(rowKey: rowKey, version: try KeyVersion(.noncurrent, value))
  }
}
