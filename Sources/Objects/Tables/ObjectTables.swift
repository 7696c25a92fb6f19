import Primitives
import Volumes

/// The keys of the object layer's tables (docs/format/metadata.md, "Object tables and records").
enum ObjectTables {
  static let buckets: UInt8 = 0x10
  static let bucketCounters: UInt8 = 0x12
  static let views: UInt8 = 0x13
  static let deletedBuckets: UInt8 = 0x14
  static let objects: UInt8 = 0x20
  static let versions: UInt8 = 0x21
  static let manifests: UInt8 = 0x22
  static let markers: UInt8 = 0x23
  static let nullVersions: UInt8 = 0x24
  static let removed: UInt8 = 0x25
  static let changes: UInt8 = 0x26
  static let histories: UInt8 = 0x27
  static let appends: UInt8 = 0x28
  static let uploads: UInt8 = 0x30
  static let parts: UInt8 = 0x31
  static let references: UInt8 = 0x40
  static let segmentUse: UInt8 = 0x41
  static let volumes: UInt8 = 0x42
  static let cleanUps: UInt8 = 0x50
  static let restoreJobs: UInt8 = 0x52
  static let restoredKeys: UInt8 = 0x53
  static let touchedKeys: UInt8 = 0x54
  static let lifecycleLooks: UInt8 = 0x60
  static let lifecycleSetUps: UInt8 = 0x61
  /// The one row that says how far the background scrub is.
  static let scrub: [UInt8] = [0x51]

  /// The tables whose rows hold object records that may refer to blobs.
  static let recordTables = [objects, versions, removed]

  /// The counter of a bucket's current objects.
  static let objectCount: UInt8 = 0
  /// The counter of the sum of their sizes.
  static let byteCount: UInt8 = 1
  /// The counter of versions that are not current, delete markers among them.
  static let noncurrentCount: UInt8 = 2
  /// The counter of the sum of their sizes.
  static let noncurrentByteCount: UInt8 = 3
  /// The counter of versions that were removed and are kept.
  static let removedCount: UInt8 = 4
  /// The counter of the sum of their sizes.
  static let removedByteCount: UInt8 = 5
  /// The counter of uploads under way.
  static let uploadCount: UInt8 = 6
  /// The counter of keys whose current version is a delete marker.
  static let markerCount: UInt8 = 7
  /// The counter of delete markers that are not current.
  static let noncurrentMarkerCount: UInt8 = 8
  /// The counter of versions of a class other than STANDARD, current or not; what is kept after it was removed is none.
  static func classCount(_ storageClass: StorageClass) -> UInt8 { 7 + 2 * storageClass.rawValue }
  /// The counter of the sum of their sizes.
  static func classByteCount(_ storageClass: StorageClass) -> UInt8 { 8 + 2 * storageClass.rawValue }
  /// All counters of a bucket.
  static let bucketCounterKinds: ClosedRange<UInt8> = 0...24

  static func bucket(_ name: String) -> [UInt8] {
    key(buckets, capacity: name.utf8.count) { $0.append(contentsOf: name.utf8) }
  }

  static func bucketCounter(_ bucket: UInt64, _ kind: UInt8) -> [UInt8] {
    key(bucketCounters, capacity: 9) {
      append(bucket, to: &$0)
      $0.append(kind)
    }
  }

  static func view(_ name: String) -> [UInt8] {
    key(views, capacity: name.utf8.count) { $0.append(contentsOf: name.utf8) }
  }

  static func restoreJob(_ id: UInt64) -> [UInt8] { bucketPrefix(restoreJobs, id) }

  /// A key that a job restores; the key follows as it is.
  static func restoredKey(_ job: UInt64, _ objectKey: [UInt8]) -> [UInt8] {
    keyed(restoredKeys, job, objectKey)
  }

  /// A key that others have changed since a job began that is not over.
  static func touchedKey(_ job: UInt64, _ objectKey: [UInt8]) -> [UInt8] {
    keyed(touchedKeys, job, objectKey)
  }

  static func deletedBucket(_ bucket: UInt64) -> [UInt8] { bucketPrefix(deletedBuckets, bucket) }

  /// All rows of one bucket in a table whose keys begin with the bucket.
  static func bucketPrefix(_ table: UInt8, _ bucket: UInt64) -> [UInt8] {
    key(table, capacity: 8) { append(bucket, to: &$0) }
  }

  static func object(_ bucket: UInt64, _ objectKey: some Collection<UInt8>) -> [UInt8] {
    key(objects, capacity: 8 + objectKey.count) {
      append(bucket, to: &$0)
      $0.append(contentsOf: objectKey)
    }
  }

  /// The current version of a key when it is a delete marker.
  static func marker(_ bucket: UInt64, _ objectKey: [UInt8]) -> [UInt8] {
    keyed(markers, bucket, objectKey)
  }

  /// Where a key's version `null` is when it is not the current one.
  static func nullVersion(_ bucket: UInt64, _ objectKey: [UInt8]) -> [UInt8] {
    keyed(nullVersions, bucket, objectKey)
  }

  /// All versions of a key that are not current.
  static func versionPrefix(_ bucket: UInt64, _ objectKey: [UInt8]) -> [UInt8] {
    escaped(versions, bucket, objectKey, extra: 8)
  }

  static func version(_ bucket: UInt64, _ objectKey: [UInt8], _ version: UInt64) -> [UInt8] {
    var bytes = versionPrefix(bucket, objectKey)
    append(~version, to: &bytes)
    return bytes
  }

  /// Where the first row lies of a key's versions up to a moment, in `versions` or `removed`.
  static func appendPlace(
    of objectKey: [UInt8], upTo moment: UInt64, in table: UInt8, _ bucket: UInt64, to bytes: inout [UInt8]
  ) {
    bytes.append(table)
    append(bucket, to: &bytes)
    EscapedKey.append(objectKey, to: &bytes)
    append(~moment, to: &bytes)
  }

  /// All versions of a key that were removed and are kept.
  static func removedPrefix(_ bucket: UInt64, _ objectKey: [UInt8]) -> [UInt8] {
    escaped(removed, bucket, objectKey, extra: 16)
  }

  static func removedVersion(
    _ bucket: UInt64, _ objectKey: [UInt8], _ version: UInt64, removed: UInt64
  ) -> [UInt8] {
    var bytes = removedPrefix(bucket, objectKey)
    append(~version, to: &bytes)
    append(removed, to: &bytes)
    return bytes
  }

  /// What a version was before each append to it.
  static func appendPrefix(_ bucket: UInt64, _ objectKey: [UInt8], _ version: UInt64) -> [UInt8] {
    var bytes = escaped(appends, bucket, objectKey, extra: 16)
    append(~version, to: &bytes)
    return bytes
  }

  /// What a version was until the commit `end` appended to it.
  static func append(
    _ bucket: UInt64, _ objectKey: [UInt8], _ version: UInt64, end: UInt64
  ) -> [UInt8] {
    var bytes = appendPrefix(bucket, objectKey, version)
    append(end, to: &bytes)
    return bytes
  }

  static func change(_ bucket: UInt64, _ timestamp: UInt64, _ objectKey: [UInt8]) -> [UInt8] {
    key(changes, capacity: 16 + objectKey.count) {
      append(bucket, to: &$0)
      append(timestamp, to: &$0)
      $0.append(contentsOf: objectKey)
    }
  }

  /// Something of a key may be due at a time, in milliseconds since 1970 UTC.
  static func lifecycleLook(_ time: Timestamp, _ bucket: UInt64, _ objectKey: [UInt8]) -> [UInt8] {
    key(lifecycleLooks, capacity: 16 + objectKey.count) {
      append(UInt64(clamping: time.milliseconds), to: &$0)
      append(bucket, to: &$0)
      $0.append(contentsOf: objectKey)
    }
  }

  static func lifecycleSetUp(_ bucket: UInt64) -> [UInt8] { bucketPrefix(lifecycleSetUps, bucket) }

  static func history(_ bucket: UInt64) -> [UInt8] { bucketPrefix(histories, bucket) }

  private static func keyed(_ table: UInt8, _ bucket: UInt64, _ objectKey: [UInt8]) -> [UInt8] {
    key(table, capacity: 8 + objectKey.count) {
      append(bucket, to: &$0)
      $0.append(contentsOf: objectKey)
    }
  }

  private static func escaped(
    _ table: UInt8, _ bucket: UInt64, _ objectKey: [UInt8], extra: Int
  ) -> [UInt8] {
    key(table, capacity: 10 + objectKey.count + extra) {
      append(bucket, to: &$0)
      EscapedKey.append(objectKey, to: &$0)
    }
  }

  static func manifestRow(_ bucket: UInt64, _ id: ManifestID, _ row: Int) -> [UInt8] {
    key(manifests, capacity: 28) {
      append(bucket, to: &$0)
      append(id.high, to: &$0)
      append(id.low, to: &$0)
      append(UInt32(clamping: row), to: &$0)
    }
  }

  /// All uploads of one key.
  static func uploadPrefix(_ bucket: UInt64, _ objectKey: [UInt8]) -> [UInt8] {
    key(uploads, capacity: 10 + objectKey.count) {
      append(bucket, to: &$0)
      EscapedKey.append(objectKey, to: &$0)
    }
  }

  static func upload(_ bucket: UInt64, _ objectKey: [UInt8], _ id: UploadID) -> [UInt8] {
    key(uploads, capacity: 26 + objectKey.count) {
      append(bucket, to: &$0)
      EscapedKey.append(objectKey, to: &$0)
      append(id.created, to: &$0)
      append(id.random, to: &$0)
    }
  }

  static func partPrefix(_ bucket: UInt64, _ id: UploadID) -> [UInt8] {
    key(parts, capacity: 26) {
      append(bucket, to: &$0)
      append(id.created, to: &$0)
      append(id.random, to: &$0)
    }
  }

  static func part(_ bucket: UInt64, _ id: UploadID, _ number: Int) -> [UInt8] {
    var bytes = partPrefix(bucket, id)
    append(UInt16(clamping: number), to: &bytes)
    return bytes
  }

  static func reference(_ blob: BlobID) -> [UInt8] {
    key(references, capacity: 16) {
      append(blob.high, to: &$0)
      append(blob.low, to: &$0)
    }
  }

  static func segmentUse(volume: UInt16, segment: UInt32) -> [UInt8] {
    key(segmentUse, capacity: 6) {
      append(volume, to: &$0)
      append(segment, to: &$0)
    }
  }

  static func volume(_ number: UInt16) -> [UInt8] {
    key(volumes, capacity: 2) { append(number, to: &$0) }
  }

  static func cleanUp(_ timestamp: UInt64, _ index: UInt8) -> [UInt8] {
    key(cleanUps, capacity: 9) {
      append(timestamp, to: &$0)
      $0.append(index)
    }
  }

  static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    // SAFETY: the pointer is to a local for the length of the closure.
    unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  private static func key(
    _ table: UInt8, capacity: Int, _ fill: (inout [UInt8]) -> Void
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(1 + capacity)
    bytes.append(table)
    fill(&bytes)
    return bytes
  }
}
