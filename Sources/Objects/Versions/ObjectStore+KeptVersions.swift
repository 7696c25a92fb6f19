import Metadata
package import Primitives

/// A version that was deleted for good, or overwritten where there is no versioning, and is kept for the recovery
/// window, a view or a restore.
package struct KeptVersion: Sendable {
  /// Also the moment at which it was made; what it is brought back by.
  package let version: VersionID
  package let removed: Moment
  package let isDeleteMarker: Bool
  package let lastModified: Timestamp
  package let size: UInt64
  package let etag: ETag
}

/// Some of what is kept of a key, the newest first.
package struct KeptVersionsPage: Sendable {
  package let versions: [KeptVersion]
  /// What to ask `after` for the next; nil at the end.
  package let next: VersionID?
}

extension ObjectStore {
  /// What was removed of a key and is kept, from the version older than `after` on.
  package func keptVersions(
    bucket: BucketInfo, key: ObjectKey, after: VersionID? = nil, limit: Int
  ) async throws(ObjectError) -> KeptVersionsPage {
    let entry = try buckets.entry(bucket)
    let bounded = max(1, min(limit, limits.pageLength))
    return try await metadata.read { (reader) throws(ObjectError) in
      let prefix = ObjectTables.removedPrefix(entry.id, key.bytes)
      if after?.rawValue == 0 { return KeptVersionsPage(versions: [], next: nil) }
      let start = after.map {
        ObjectTables.removedVersion(entry.id, key.bytes, $0.rawValue - 1, removed: 0)
      }
      let rows = try Self.rows(reader, from: start ?? prefix, prefix: prefix, limit: bounded)
      let versions = try rows.map { (row) throws(ObjectError) in
        let place = try VersionRowKey(row.key)
        let found = try KeyVersion(.noncurrent, row.value).row
        return KeptVersion(
          version: found.version, removed: Moment(rawValue: place.removed ?? 0),
          isDeleteMarker: found.isDeleteMarker, lastModified: found.lastModified, size: found.size,
          etag: found.etag)
      }
      return KeptVersionsPage(
        versions: versions, next: rows.count == bounded ? versions.last?.version : nil)
    }
  }
}
