package import Metadata
package import Primitives

extension ObjectStore {
  /// Makes a bucket. Throws `.bucketAlreadyOwnedByYou` or `.bucketAlreadyExists`.
  package func createBucket(
    name: BucketName, owner: PrincipalID, region: String, settings: BucketSettings = BucketSettings()
  ) async throws(ObjectError) -> BucketInfo {
    try await removeExpiredViews()
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
      if try transaction.row(ObjectTables.view(name.string)) != nil {
        throw .bucketAlreadyExists(name: name.string)
      }
      let now = transaction.timestamp
      var settings = settings
      settings.keepHistory(since: Moment(rawValue: now.rawValue))
      let bucket = BucketInfo(
        id: now.rawValue, name: name, owner: owner, created: Timestamp(milliseconds: now.milliseconds),
        region: region, settings: settings)
      transaction.put(key, BucketRecord.encode(bucket))
      return bucket
    }
    buckets.insert(BucketEntry(bucket, limits.calendar))
    return bucket
  }

  /// A bucket by its name, from memory. Throws `.noSuchBucket`.
  package func bucket(named name: String) throws(ObjectError) -> BucketInfo {
    guard let entry = buckets.entry(named: name) else { throw .noSuchBucket(name: name) }
    return entry.info
  }

  /// Deletes an empty bucket; its uploads are discarded, and what was removed from it is kept for as long as its
  /// recovery window says. Throws `.bucketNotEmpty`, `.bucketInUse`, `.noSuchBucket`.
  package func deleteBucket(_ bucket: BucketInfo) async throws(ObjectError) {
    let entry = try buckets.entry(bucket)
    try await removeExpiredViews()
    entry.expectChange()
    let aftermath: Aftermath
    let isKept: Bool
    let follow: Departure<BucketInfo>.Follow?
    do throws(ObjectError) {
      // Of all, since what goes with the bucket may lie anywhere.
      (aftermath, isKept, follow) = try await metadata.update(.system, for: .free) {
        (transaction) throws(ObjectError) in
        let found = try entry.check(in: transaction)
        for table in [ObjectTables.objects, ObjectTables.markers, ObjectTables.versions]
        where try transaction.any(ObjectTables.bucketPrefix(table, bucket.id)) {
          throw .bucketNotEmpty(name: bucket.name.string)
        }
        if found.settings.restores.contains(where: { !$0.isOver }) {
          throw .bucketInUse(name: bucket.name.string, .restore)
        }
        if !found.settings.protectedCuts.isEmpty { throw .bucketInUse(name: bucket.name.string, .views) }
        let follow = try self.take(along: bucket, in: transaction)
        transaction.delete(ObjectTables.bucket(bucket.name.string))
        var book = CommitBook(transaction)
        if try transaction.any(ObjectTables.bucketPrefix(ObjectTables.uploads, bucket.id)) {
          book.leave(CleanUpRecord(bucket: bucket.id, work: .discardUploads))
        }
        // What goes by a clean-up is under way no more.
        transaction.delete(ObjectTables.bucketCounter(bucket.id, ObjectTables.uploadCount))
        let isKept = try transaction.any(ObjectTables.bucketPrefix(ObjectTables.removed, bucket.id))
        if isKept {
          var settings = found.settings
          settings.restores = []
          let deleted = DeletedBucket(bucket: found.with(settings), deleted: transaction.timestamp.rawValue)
          transaction.put(ObjectTables.deletedBucket(bucket.id), deleted.encode())
        } else {
          Self.discardHistory(of: bucket.id, &book)
        }
        return (book.aftermath, isKept, follow)
      }
    } catch {
      entry.settleUnless(error)
      throw error
    }
    buckets.remove(entry, keeping: isKept)
    await follow?()
    await settle(aftermath)
  }

  /// Writes what goes with a bucket that is deleted.
  private func take(
    along bucket: BucketInfo, in transaction: Transaction
  ) throws(ObjectError) -> Departure<BucketInfo>.Follow? {
    do throws(MetadataError) {
      return try departure?.commit(transaction, bucket)
    } catch {
      throw ObjectError(error)
    }
  }

  /// Whether this very bucket is there, as a commit finds it: whoever writes rows about a bucket has looked in memory,
  /// and a deletion may have come since.
  package static func holds(
    bucket id: UInt64, named name: String, in transaction: Transaction
  ) throws(ObjectError) -> Bool {
    guard let row = try transaction.row(ObjectTables.bucket(name)) else { return false }
    let found = try decoding { () throws(RecordError) in
      try BucketRecord.decode(name: Array(name.utf8), row)
    }
    return found.id == id
  }

  /// Buckets by name, from memory.
  package func listBuckets(_ request: ListBucketsRequest) throws(ObjectError) -> ListBucketsPage {
    buckets.page(request)
  }

  /// How much lies in a bucket.
  package func usage(of bucket: BucketInfo) async throws(ObjectError) -> BucketUsage {
    _ = try buckets.entry(bucket)
    var counts: [Int64] = []
    for kind in ObjectTables.bucketCounterKinds {
      let value = try await metadata.row(ObjectTables.bucketCounter(bucket.id, kind))
      counts.append(value.flatMap(CounterValue.decode) ?? 0)
    }
    var classes: [StorageClass: ClassUsage] = [:]
    for storageClass in StorageClass.allCases where storageClass != .standard {
      let found = ClassUsage(
        objects: counts[Int(ObjectTables.classCount(storageClass))],
        bytes: counts[Int(ObjectTables.classByteCount(storageClass))])
      if found != ClassUsage() { classes[storageClass] = found }
    }
    return BucketUsage(
      objects: counts[0], bytes: counts[1], noncurrentVersions: counts[2], noncurrentBytes: counts[3],
      removedVersions: counts[4], removedBytes: counts[5], uploads: counts[6], currentMarkers: counts[7],
      noncurrentMarkers: counts[8], classes: classes)
  }
}

extension Transaction {
  /// `anyKey`, with the store's failure as an `ObjectError`.
  func any(_ prefix: [UInt8]) throws(ObjectError) -> Bool {
    do throws(MetadataError) {
      return try anyKey(withPrefix: prefix)
    } catch {
      throw ObjectError(error)
    }
  }

  /// All rows with a prefix, for tables that stay small.
  func rows(_ prefix: [UInt8]) throws(ObjectError) -> [MetadataEntry] {
    do throws(MetadataError) {
      return try scan(prefix: prefix, limit: .max)
    } catch {
      throw ObjectError(error)
    }
  }
}
