import Metadata
import Primitives

/// What a key's newest versions were before a commit, which closures cannot look for: they must not scan.
struct VersionSurvey: Sendable {
  /// The current version, a delete marker too; nil when the key has none.
  var current: VersionID?
  /// The newest of those that are not current.
  var next: VersionID?

  init(current: VersionID?, next: VersionID?) {
    self.current = current
    self.next = next
  }

  /// Reads one snapshot.
  init(_ reader: any MetadataReader, bucket: UInt64, key: ObjectKey) throws(ObjectError) {
    if let value = try reader.row(ObjectTables.object(bucket, key.bytes)) {
      current = try KeyVersion(.object, value).row.version
    } else if let value = try reader.row(ObjectTables.marker(bucket, key.bytes)) {
      current = try KeyVersion(.marker, value).row.version
    }
    let prefix = ObjectTables.versionPrefix(bucket, key.bytes)
    let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
    try cursor.move(to: prefix)
    if cursor.isValid {
      // SAFETY: the key is copied before the cursor moves.
      next = try VersionRowKey(unsafe [UInt8](cursor.key)).version
    }
  }
}
