import Metadata
package import Primitives

/// How many multipart uploads are under way, and how old they are: forgotten ones keep their parts' space for ever.
package struct UploadCensus: Sendable, Hashable {
  /// Uploads that were neither completed nor aborted.
  package var count: UInt64 = 0
  /// Those of them that were begun more than a day, and more than a week, before the census.
  package var olderThanDay: UInt64 = 0
  package var olderThanWeek: UInt64 = 0
  /// When the oldest was begun, milliseconds since 1970 UTC; 0 when there is none.
  package var oldestMilliseconds: Int64 = 0

  package init() {}

  mutating func note(initiated milliseconds: Int64, now: Timestamp) {
    count += 1
    let age = now.milliseconds - milliseconds
    if age > 24 * 3_600_000 { olderThanDay += 1 }
    if age > 7 * 24 * 3_600_000 { olderThanWeek += 1 }
    if oldestMilliseconds == 0 || milliseconds < oldestMilliseconds { oldestMilliseconds = milliseconds }
  }
}

extension ObjectStore {
  /// Counts the uploads under way. Reads their rows' keys in steps, and nothing else.
  package func uploadCensus(now: Timestamp) async throws(ObjectError) -> UploadCensus {
    var census = UploadCensus()
    try await forEachRow(of: ObjectTables.uploads) { (key, _) throws(ObjectError) in
      // The id begins with the commit timestamp that the upload was begun with.
      guard let id = UploadID(rowKey: key) else { throw .damaged("an upload key") }
      census.note(initiated: Int64(id.created >> 16), now: now)
    }
    return census
  }
}
