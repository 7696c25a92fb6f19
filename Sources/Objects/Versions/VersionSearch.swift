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
/// at too, and newer ones are passed over.
struct VersionSearch {
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
  func current() throws(ObjectError) -> LocatedVersion? {
    let top = try top()
    guard let asOf else { return top }
    if let top, top.version.row.version.rawValue <= asOf.rawValue {
      // Newer ones may have been removed since.
      return Self.newer(top, try removed(asOf))
    }
    return Self.newer(try noncurrent(upTo: asOf), try removed(asOf))
  }

  /// A version by its label.
  func version(_ label: VersionLabel) throws(ObjectError) -> LocatedVersion? {
    if let top = try top(), top.version.row.label == label, isThere(top.version) { return top }
    switch label {
    case .foreign: return nil
    case .id(let id):
      if let found = try noncurrent(id), found.version.row.label == label, isThere(found.version) {
        return found
      }
      return try asOf.map { (asOf) throws(ObjectError) in try removed(id, asOf) } ?? nil
    case .null:
      let key = ObjectTables.nullVersion(bucket, key.bytes)
      if let pointer = try reader.row(key),
        let found = try noncurrent(try KeyVersion.version(ofPointer: pointer)), isThere(found.version)
      {
        return found
      }
      return try asOf.map { (asOf) throws(ObjectError) in try removedNull(asOf) } ?? nil
    }
  }

  private func isThere(_ version: KeyVersion) -> Bool {
    asOf.map { version.row.version.rawValue <= $0.rawValue } ?? true
  }

  private static func newer(_ a: LocatedVersion?, _ b: LocatedVersion?) -> LocatedVersion? {
    guard let a, let b else { return a ?? b }
    return a.version.row.version > b.version.row.version ? a : b
  }

  /// What is current now.
  private func top() throws(ObjectError) -> LocatedVersion? {
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

  /// The newest that was written up to a moment and removed after it.
  private func removed(_ asOf: Moment) throws(ObjectError) -> LocatedVersion? {
    try firstRemoved(from: asOf.rawValue, asOf) { _ in true }
  }

  private func removed(_ id: VersionID, _ asOf: Moment) throws(ObjectError) -> LocatedVersion? {
    guard id.rawValue <= asOf.rawValue else { return nil }
    guard let found = try firstRemoved(from: id.rawValue, asOf, { _ in true }),
      found.version.row.label == .id(id)
    else { return nil }
    return found
  }

  private func removedNull(_ asOf: Moment) throws(ObjectError) -> LocatedVersion? {
    try firstRemoved(from: asOf.rawValue, asOf) { $0.row.isNullVersion }
  }

  /// The first row from a version on, newest first, that was not removed up to `asOf` and is wanted.
  private func firstRemoved(
    from version: UInt64, _ asOf: Moment, _ isWanted: (KeyVersion) -> Bool
  ) throws(ObjectError) -> LocatedVersion? {
    let prefix = ObjectTables.removedPrefix(bucket, key.bytes)
    let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
    try cursor.move(to: ObjectTables.removedVersion(bucket, key.bytes, version, removed: 0))
    while cursor.isValid {
      // SAFETY: the key is copied before the cursor moves.
      let rowKey = try VersionRowKey(unsafe [UInt8](cursor.key))
      if let removed = rowKey.removed, removed > asOf.rawValue {
        let found = try Self.located(cursor)
        if isWanted(found.version) { return found }
      }
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
