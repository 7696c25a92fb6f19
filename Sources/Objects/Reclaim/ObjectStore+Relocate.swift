import Primitives

extension ObjectStore {
  /// Moves what a version refers to onto the volumes of another class, which it is about to get: each row in a commit
  /// that finds it as it was. Whether anything was moved; then the version's row is another than before. `pace` waits
  /// until so many bytes may be copied, or throws to give up.
  func relocate(
    _ version: KeyVersion, of key: ObjectKey, in bucket: BucketInfo, to storageClass: StorageClass,
    pace: @escaping @Sendable (UInt64) async throws(ObjectError) -> Void
  ) async throws(ObjectError) -> Bool {
    if limits.placements.isTrivial || version.row.contentKind == .inline { return false }
    let rowKey: [UInt8]
    switch version.place {
    case .object: rowKey = ObjectTables.object(bucket.id, key.bytes)
    case .noncurrent: rowKey = ObjectTables.version(bucket.id, key.bytes, version.row.version.rawValue)
    case .marker: return false
    }
    let relocation = Relocation(self, .place(limits.placements[storageClass]), pace: pace)
    try await relocation.moveVersion(RowOwner(bucket: bucket, key: key), rowKey)
    return relocation.report.rows > 0
  }
}
