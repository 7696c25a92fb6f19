import Metadata
import Primitives

// Deleting the changes that nobody needs any more (docs/format/metadata.md, "Change record").
extension ObjectStore {
  /// Buckets that one read looks at.
  private static let bucketsPerRead = 256

  /// Buckets that have changes which nobody will need once they are purged.
  func bucketsToTrim() async throws(ObjectError) -> [UInt64] {
    let all = buckets.all.map(\.info)
    var found: [UInt64] = []
    for start in stride(from: 0, to: all.count, by: Self.bucketsPerRead) {
      let some = all[start..<min(start + Self.bucketsPerRead, all.count)]
      found += try await metadata.read { (reader) throws(ObjectError) in
        var ids: [UInt64] = []
        for bucket in some {
          var history = try BucketHistory.find(bucket.id, reader)
          history.purged = .max
          if try !Self.unneeded(bucket, history, limit: 1, reader).isEmpty { ids.append(bucket.id) }
        }
        return ids
      }
    }
    return found
  }

  /// Deletes the next changes of a bucket that nobody needs.
  func trim(_ entry: BucketEntry) async throws(ObjectError) -> PurgeStep {
    let info = entry.info
    let size = limits.rowsPerCleanup
    let (keys, bound) = try await metadata.read { (reader) throws(ObjectError) in
      let history = try BucketHistory.find(info.id, reader)
      return (try Self.unneeded(info, history, limit: size, reader), history.trimmable(info.settings))
    }
    guard let last = keys.last else { return PurgeStep(hasMore: false) }
    // Some changes of the last commit may be left: the next step begins with them.
    let end = keys.count < size ? bound : ChangeRecord.timestamp(last)
    return try await metadata.update(.bucket(info.id), for: .free) { (transaction) throws(ObjectError) in
      let settings: BucketSettings
      do throws(ObjectError) {
        settings = try entry.check(in: transaction).settings
      } catch .noSuchBucket {
        return PurgeStep(hasMore: false)
      }
      var history = try BucketHistory.find(info.id, transaction)
      // A view that was deleted meanwhile has its changes looked at again.
      guard history.trimmable(settings) >= end else { return PurgeStep(hasMore: true) }
      for key in keys { transaction.delete(key) }
      history.trimmed = max(history.trimmed, end)
      transaction.put(ObjectTables.history(info.id), history.encode())
      return PurgeStep(changes: keys.count, hasMore: keys.count == size)
    }
  }

  /// The rows of the first changes that nobody needs.
  private static func unneeded(
    _ bucket: BucketInfo, _ history: BucketHistory, limit: Int, _ reader: any MetadataReader
  ) throws(ObjectError) -> [[UInt8]] {
    let bound = history.trimmable(bucket.settings)
    guard history.trimmed <= bound else { return [] }
    // What was deleted is not walked over again.
    let lower = ObjectTables.change(bucket.id, history.trimmed, [])
    let cursor = reader.cursor(
      lower: lower, upper: upperBound(ofPrefix: ObjectTables.change(bucket.id, bound, [])))
    var keys: [[UInt8]] = []
    try cursor.move(to: lower)
    while cursor.isValid && keys.count < limit {
      // SAFETY: the key is copied before the cursor moves.
      let key = unsafe [UInt8](cursor.key)
      guard key.count > 17 else { throw .damaged("a change's row key") }
      keys.append(key)
      try cursor.advance()
    }
    return keys
  }
}
