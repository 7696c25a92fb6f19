import Metadata
import Primitives
import Volumes

/// Looks at all rows of the object layer in one snapshot: whether they can be read, lead to each other, and are
/// counted right. Takes memory in proportion to what is unusual (shared blobs, uploads, manifests, segments), not to
/// the number of objects.
struct MetadataCheck {
  private let reader: any MetadataReader
  private let progress: CheckProgress
  private(set) var report = CheckReport()
  /// What rows should be; nil: not there.
  private(set) var repairs: [[UInt8]: [UInt8]?] = [:]
  /// Bytes of extents that are referred to, by segment.
  private(set) var segmentUse: [UInt64: Int64] = [:]

  private var buckets: Set<UInt64> = []
  private var counters: [[UInt8]: Int64] = [:]
  /// Shared blobs: what the row says, and what was found.
  private var shared: [BlobID: (record: ReferenceRecord, found: UInt64)] = [:]
  /// Rows of manifests that something leads to, by manifest: whether their references count.
  private var manifests: [[UInt8]: (rows: Int, counts: Bool)] = [:]
  /// Uploads that parts may belong to: whether their references count, and which parts were kept by a Complete.
  private var uploads: [[UInt8]: PartSet] = [:]
  private var discardedBuckets: Set<UInt64> = []
  /// Beginnings of rows of appends that a clean-up will delete.
  private var discardedAppends: Set<[UInt8]> = []

  init(_ reader: any MetadataReader, _ progress: CheckProgress) {
    self.reader = reader
    self.progress = progress
  }

  mutating func run() throws(ObjectError) {
    try readBuckets()
    try readDeletedBuckets()
    try readReferences()
    try readCleanUps()
    try readVersions(ObjectTables.objects, (ObjectTables.objectCount, ObjectTables.byteCount))
    try readVersions(ObjectTables.markers, nil)
    try readVersions(
      ObjectTables.versions, (ObjectTables.noncurrentCount, ObjectTables.noncurrentByteCount))
    try readVersions(ObjectTables.removed, (ObjectTables.removedCount, ObjectTables.removedByteCount))
    try readHistories()
    try readAppends()
    try readUploads()
    try readManifests()
    try readParts()
    compareReferences()
    try compare(ObjectTables.bucketCounters, with: counters, "a bucket's counter")
    var use: [[UInt8]: Int64] = [:]
    for (place, bytes) in segmentUse {
      use[ObjectTables.segmentUse(volume: UInt16(place >> 32), segment: UInt32(truncatingIfNeeded: place))] =
        bytes
    }
    try compare(ObjectTables.segmentUse, with: use, "a segment's live bytes")
    // What an unreadable row refers to is not known: lowering a count, or deleting a row, could destroy it.
    if !report.isReadable {
      repairs = [:]
      report.withholdRepairs()
    }
  }

  private mutating func readBuckets() throws(ObjectError) {
    try forEach(ObjectTables.buckets) { (check, key, value) throws(ObjectError) in
      let name = Array(key.dropFirst())
      let info = try decoding { () throws(RecordError) in try BucketRecord.decode(name: name, value) }
      check.buckets.insert(info.id)
      check.report.buckets += 1
    }
  }

  private mutating func readDeletedBuckets() throws(ObjectError) {
    try forEach(ObjectTables.deletedBuckets) { (check, _, value) throws(ObjectError) in
      let deleted = try decoding { () throws(RecordError) in try DeletedBucket(decoding: value) }
      check.buckets.insert(deleted.bucket.id)
    }
  }

  /// What only tells where to look: whether it can be read, and leads somewhere.
  private mutating func readHistories() throws(ObjectError) {
    try forEach(ObjectTables.histories) { (_, _, value) throws(ObjectError) in
      _ = try BucketHistory(row: value)
    }
    try forEach(ObjectTables.nullVersions) { (check, key, value) throws(ObjectError) in
      let version = try KeyVersion.version(ofPointer: value)
      let row = ObjectTables.version(Self.bucket(key), Array(key.dropFirst(9)), version.rawValue)
      guard try check.reader.row(row) == nil else { return }
      check.repairs.updateValue(nil, forKey: key)
      check.report.note(
        CheckProblem(.orphan, "a pointer to a null version that is gone", isRepairable: true))
    }
  }

  /// What is noted of appends: whether it can be read, and the version is there.
  private mutating func readAppends() throws(ObjectError) {
    try forEach(ObjectTables.appends) { (check, key, value) throws(ObjectError) in
      let place = try VersionRowKey(key)
      _ = try decoding { () throws(RecordError) in try AppendState(decoding: value) }
      if check.discardedAppends.contains(Array(key.dropLast(8))) { return }
      guard try !check.hasVersion(place) else { return }
      check.repairs.updateValue(nil, forKey: key)
      check.report.note(
        CheckProblem(.orphan, "a note of an append to a version that is gone", isRepairable: true))
    }
  }

  /// Whether a version is in any of the tables.
  private func hasVersion(_ place: VersionRowKey) throws(ObjectError) -> Bool {
    if let value = try reader.row(ObjectTables.object(place.bucket, place.key)),
      try KeyVersion(.object, value).row.version == place.version
    {
      return true
    }
    if try reader.row(ObjectTables.version(place.bucket, place.key, place.version.rawValue)) != nil {
      return true
    }
    let removed = ObjectTables.removedVersion(place.bucket, place.key, place.version.rawValue, removed: 0)
    let prefix = Array(removed.dropLast(8))
    return try !ObjectStore.rows(reader, from: prefix, prefix: prefix, limit: 1).isEmpty
  }

  private mutating func readReferences() throws(ObjectError) {
    try forEach(ObjectTables.references) { (check, key, value) throws(ObjectError) in
      guard key.count == 17 else { throw .damaged("a reference key") }
      let record = try decoding { () throws(RecordError) in try ReferenceRecord(decoding: value) }
      check.shared[Self.blob(key)] = (record, 0)
      check.use(record.extents)
    }
  }

  /// What was left for smaller commits still holds references.
  private mutating func readCleanUps() throws(ObjectError) {
    try forEach(ObjectTables.cleanUps) { (check, _, value) throws(ObjectError) in
      let record = try decoding { () throws(RecordError) in try CleanUpRecord(decoding: value) }
      let bucket = record.bucket
      switch record.work {
      case .releaseManifest(let id, let rows):
        check.manifests[ObjectTables.manifestRow(bucket, id, 0).dropLast(4)] = (rows, true)
      case .discardManifest(let id, let rows):
        check.manifests[ObjectTables.manifestRow(bucket, id, 0).dropLast(4)] = (rows, false)
      case .discardParts(let id, let kept): check.uploads[Array(ObjectTables.partPrefix(bucket, id))] = kept
      case .discardUploads: check.discardedBuckets.insert(bucket)
      case .discardChanges: break
      case .discardAppends(let key, let version):
        check.discardedAppends.insert(ObjectTables.appendPrefix(bucket, key.bytes, version.rawValue))
      case .dropReference(let blob, let extents):
        check.note([.slice(BlobSlice(blob: blob, extents: extents))])
      }
    }
  }

  /// The rows of one table of versions; `kinds` are the counters of their number and their bytes.
  private mutating func readVersions(_ table: UInt8, _ kinds: (UInt8, UInt8)?) throws(ObjectError) {
    try forEach(table) { (check, key, value) throws(ObjectError) in
      let bucket = Self.bucket(key)
      let version = try KeyVersion(KeyVersion.Place(rowKey: key), value)
      if version.place == .noncurrent {
        guard try VersionRowKey(key).version == version.row.version else {
          throw .damaged("a version's row under another version's key")
        }
      }
      if table == ObjectTables.objects { check.report.objects += 1 } else { check.report.versions += 1 }
      if version.row.isDeleteMarker { check.countMarker(table, bucket) }
      if !check.buckets.contains(bucket) {
        check.report.note(CheckProblem(.orphan, "an object of a bucket that is gone (id \(bucket))"))
      }
      if let kinds {
        check.counters[ObjectTables.bucketCounter(bucket, kinds.0), default: 0] &+= 1
        check.counters[ObjectTables.bucketCounter(bucket, kinds.1), default: 0] &+= Int64(
          clamping: version.row.size)
      }
      check.countClass(version.row, table, bucket)
      switch try version.record().content {
      case .inline: break
      case .pieces(let pieces): check.note(pieces)
      case .parts(let parts): for part in parts { check.note(part.pieces) }
      case .manifest(let manifest):
        check.manifests[ObjectTables.manifestRow(bucket, manifest.id, 0).dropLast(4)] = (
          manifest.rows.count, true
        )
      }
    }
  }

  /// Counts a version of another class than STANDARD, current or not; one that is kept after it was removed is none.
  private mutating func countClass(_ row: ObjectRow, _ table: UInt8, _ bucket: UInt64) {
    guard row.storageClass != .standard, table == ObjectTables.objects || table == ObjectTables.versions
    else { return }
    let (count, bytes) = (
      ObjectTables.classCount(row.storageClass), ObjectTables.classByteCount(row.storageClass)
    )
    counters[ObjectTables.bucketCounter(bucket, count), default: 0] &+= 1
    counters[ObjectTables.bucketCounter(bucket, bytes), default: 0] &+= Int64(clamping: row.size)
  }

  /// Counts a delete marker, current or not; one that is kept after it was removed is none.
  private mutating func countMarker(_ table: UInt8, _ bucket: UInt64) {
    guard table != ObjectTables.removed else { return }
    let kind =
      table == ObjectTables.markers ? ObjectTables.markerCount : ObjectTables.noncurrentMarkerCount
    counters[ObjectTables.bucketCounter(bucket, kind), default: 0] &+= 1
  }

  private mutating func readUploads() throws(ObjectError) {
    try forEach(ObjectTables.uploads) { (check, key, value) throws(ObjectError) in
      let (_, id) = try UploadLister.decode(key)
      _ = try decoding { () throws(RecordError) in try UploadRecord(decoding: value) }
      let bucket = Self.bucket(key)
      check.uploads[ObjectTables.partPrefix(bucket, id)] = PartSet()
      check.report.uploads += 1
      if !check.discardedBuckets.contains(bucket) {
        check.counters[ObjectTables.bucketCounter(bucket, ObjectTables.uploadCount), default: 0] &+= 1
      }
      if !check.buckets.contains(bucket), !check.discardedBuckets.contains(bucket) {
        check.report.note(CheckProblem(.orphan, "an upload to a bucket that is gone (id \(bucket))"))
      }
    }
  }

  private mutating func readManifests() throws(ObjectError) {
    var rows: [[UInt8]: Int] = [:]
    try forEach(ObjectTables.manifests) { (check, key, value) throws(ObjectError) in
      let prefix = Array(key.dropLast(4))
      guard let owner = check.manifests[prefix] else {
        check.repairs.updateValue(nil, forKey: key)
        return check.report.note(CheckProblem(.orphan, "a manifest row of no object", isRepairable: true))
      }
      rows[prefix, default: 0] += 1
      guard owner.counts else { return }
      let parts = try decoding { () throws(RecordError) in try ManifestRow.decode(value) }
      for part in parts { check.note(part.pieces) }
    }
    for (prefix, owner) in manifests where owner.counts && rows[prefix, default: 0] < owner.rows {
      // A clean-up deletes its rows one by one; an object has all of its own.
      report.note(CheckProblem(.damagedRecord, "rows of a manifest are missing"))
    }
  }

  private mutating func readParts() throws(ObjectError) {
    try forEach(ObjectTables.parts) { (check, key, value) throws(ObjectError) in
      guard key.count == 27 else { throw .damaged("a part key") }
      check.report.parts += 1
      guard let kept = check.uploads[Array(key.dropLast(2))] else {
        check.repairs.updateValue(nil, forKey: key)
        return check.report.note(CheckProblem(.orphan, "a part of no upload", isRepairable: true))
      }
      let number = Int(key[25]) << 8 | Int(key[26])
      guard number > 0, !kept.contains(number) else { return }
      check.note(try decoding { () throws(RecordError) in try PartRecord(decoding: value) }.pieces)
    }
  }

  /// Counts the references of some pieces.
  private mutating func note(_ pieces: [Piece]) {
    for case .slice(let slice) in pieces {
      report.extents += slice.extents.count
      report.bytes &+= slice.extents.reduce(0) { $0 &+ $1.length }
      if shared[slice.blob] != nil {
        shared[slice.blob]?.found += 1
      } else if slice.isWhole {
        use(slice.extents)
      } else {
        use(slice.extents)
        report.note(
          CheckProblem(.wrongReferences, "a part of a blob is referred to, and nothing names all of it"))
      }
    }
  }

  private mutating func use(_ extents: [ExtentLocation]) {
    for extent in extents {
      segmentUse[UInt64(extent.volume) << 32 | UInt64(extent.segment), default: 0] &+= Int64(
        clamping: extent.footprint)
    }
  }

  private mutating func compareReferences() {
    for (blob, entry) in shared where entry.record.count != entry.found {
      report.note(
        CheckProblem(
          .wrongReferences, "a blob has \(entry.found) references, and \(entry.record.count) are counted",
          isRepairable: true))
      var record = entry.record
      record.count = entry.found
      repairs.updateValue(entry.found == 0 ? nil : record.encode(), forKey: ObjectTables.reference(blob))
      if entry.found == 0 {
        for extent in record.extents {
          segmentUse[UInt64(extent.volume) << 32 | UInt64(extent.segment), default: 0] &-= Int64(
            clamping: extent.footprint)
        }
      }
    }
  }

  private mutating func compare(
    _ table: UInt8, with expected: [[UInt8]: Int64], _ what: String
  ) throws(ObjectError) {
    var missing = expected.filter { $0.value != 0 }
    try forEach(table) { (check, key, value) throws(ObjectError) in
      let wanted = expected[key] ?? 0
      missing[key] = nil
      guard CounterValue.decode(value) != wanted else { return }
      check.report.note(
        CheckProblem(
          .wrongCounter, "\(what) is \(CounterValue.decode(value) ?? -1) instead of \(wanted)",
          isRepairable: true))
      check.repairs.updateValue(CounterValue.encode(wanted), forKey: key)
    }
    for (key, wanted) in missing {
      report.note(CheckProblem(.wrongCounter, "\(what) is missing: \(wanted)", isRepairable: true))
      repairs.updateValue(CounterValue.encode(wanted), forKey: key)
    }
  }

  /// Calls `body` with every row of a table. A row that cannot be read is a problem, not the end.
  private mutating func forEach(
    _ table: UInt8, _ body: (inout MetadataCheck, [UInt8], [UInt8]) throws(ObjectError) -> Void
  ) throws(ObjectError) {
    let cursor = reader.cursor(lower: [table], upper: [table + 1])
    try cursor.move(to: [table])
    while cursor.isValid {
      // SAFETY: key and value are copied before the cursor moves.
      let (key, value) = unsafe ([UInt8](cursor.key), [UInt8](cursor.value))
      do throws(ObjectError) {
        try body(&self, key, value)
      } catch {
        guard case .storage(let failure) = error, failure.code == .damaged else { throw error }
        report.note(CheckProblem(.damagedRecord, "table \(table): \(failure.message)"))
      }
      progress.advance(1)
      try progress.expectGoingOn()
      try cursor.advance()
    }
  }

  private static func bucket(_ key: [UInt8]) -> UInt64 {
    key.dropFirst().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func blob(_ key: [UInt8]) -> BlobID {
    BlobID(
      high: key[1..<9].reduce(0) { $0 << 8 | UInt64($1) }, low: key[9..<17].reduce(0) { $0 << 8 | UInt64($1) }
    )
  }
}
