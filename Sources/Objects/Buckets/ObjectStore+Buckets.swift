import Metadata
package import Primitives

extension ObjectStore {
  /// Makes a bucket. Throws `.bucketAlreadyOwnedByYou` or `.bucketAlreadyExists`.
  package func createBucket(
    name: BucketName, owner: PrincipalID, region: String
  ) async throws(ObjectError) -> BucketInfo {
    let bucket = try await metadata.update(
      .key(bucket: 0, key: Array(name.string.utf8))
    ) { (transaction) throws(ObjectError) in
      let key = ObjectTables.bucket(name.string)
      if let row = try transaction.row(key) {
        let present = try decoding { () throws(RecordError) in
          try BucketRecord.decode(name: Array(name.string.utf8), row)
        }
        if present.owner == owner { throw .bucketAlreadyOwnedByYou(present) }
        throw .bucketAlreadyExists(name: name.string)
      }
      let now = transaction.timestamp
      let bucket = BucketInfo(
        id: now.rawValue, name: name, owner: owner, created: Timestamp(milliseconds: now.milliseconds),
        region: region)
      transaction.put(key, BucketRecord.encode(bucket))
      return bucket
    }
    buckets.insert(BucketEntry(bucket))
    return bucket
  }

  /// A bucket by its name, from memory. Throws `.noSuchBucket`.
  package func bucket(named name: String) throws(ObjectError) -> BucketInfo {
    guard let entry = buckets.entry(named: name) else { throw .noSuchBucket(name: name) }
    return entry.info
  }

  /// Deletes an empty bucket; its uploads are discarded. Throws `.bucketNotEmpty`, `.noSuchBucket`.
  package func deleteBucket(_ bucket: BucketInfo) async throws(ObjectError) {
    let entry = try buckets.entry(bucket)
    entry.expectRemoval()
    let aftermath = try await metadata.update(.bucket(bucket.id), for: .free) {
      (transaction) throws(ObjectError) in
      try entry.check(in: transaction)
      if try transaction.any(ObjectTables.bucketPrefix(ObjectTables.objects, bucket.id)) {
        throw .bucketNotEmpty(name: bucket.name.string)
      }
      transaction.delete(ObjectTables.bucket(bucket.name.string))
      transaction.delete(ObjectTables.bucketCounter(bucket.id, ObjectTables.objectCount))
      transaction.delete(ObjectTables.bucketCounter(bucket.id, ObjectTables.byteCount))
      var book = CommitBook(transaction)
      if try transaction.any(ObjectTables.bucketPrefix(ObjectTables.uploads, bucket.id)) {
        book.leave(CleanUpRecord(bucket: bucket.id, work: .discardUploads))
      }
      return book.aftermath
    }
    buckets.remove(entry)
    await settle(aftermath)
  }

  /// Buckets by name, from memory.
  package func listBuckets(_ request: ListBucketsRequest) throws(ObjectError) -> ListBucketsPage {
    buckets.page(request)
  }

  /// How much lies in a bucket.
  package func usage(of bucket: BucketInfo) async throws(ObjectError) -> BucketUsage {
    _ = try buckets.entry(bucket)
    let objects = try await metadata.row(ObjectTables.bucketCounter(bucket.id, ObjectTables.objectCount))
    let bytes = try await metadata.row(ObjectTables.bucketCounter(bucket.id, ObjectTables.byteCount))
    return BucketUsage(objects: Self.count(objects), bytes: Self.count(bytes))
  }

  private static func count(_ value: [UInt8]?) -> Int64 {
    value.flatMap(CounterValue.decode) ?? 0
  }
}

extension Transaction {
  /// `anyKey`, with the store's failure as an `ObjectError`.
  fileprivate func any(_ prefix: [UInt8]) throws(ObjectError) -> Bool {
    do throws(MetadataError) {
      return try anyKey(withPrefix: prefix)
    } catch {
      throw ObjectError(error)
    }
  }
}
