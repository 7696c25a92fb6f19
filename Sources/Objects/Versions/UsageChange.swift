import Metadata

/// What a commit does to a bucket's counters.
struct UsageChange {
  /// By the counters' kinds.
  private var deltas = InlineArray<25, Int64>(repeating: 0)

  /// Current objects of a class, and their bytes.
  mutating func current(_ count: Int64, _ size: UInt64, _ storageClass: StorageClass) {
    add(ObjectTables.objectCount, count)
    add(ObjectTables.byteCount, count.signum() &* Int64(clamping: size))
    classed(count, size, storageClass)
  }

  /// Bytes that were added to a current object of a class.
  mutating func extended(by bytes: UInt64, _ storageClass: StorageClass) {
    add(ObjectTables.byteCount, Int64(clamping: bytes))
    if storageClass != .standard {
      add(ObjectTables.classByteCount(storageClass), Int64(clamping: bytes))
    }
  }

  /// A version that has changed its class.
  mutating func reclassify(_ size: UInt64, from old: StorageClass, to new: StorageClass) {
    classed(-1, size, old)
    classed(1, size, new)
  }

  /// Versions of a class and their bytes. STANDARD is what the others leave, so that most writes count nothing more.
  private mutating func classed(_ count: Int64, _ size: UInt64, _ storageClass: StorageClass) {
    guard storageClass != .standard else { return }
    add(ObjectTables.classCount(storageClass), count)
    add(ObjectTables.classByteCount(storageClass), count.signum() &* Int64(clamping: size))
  }

  /// Delete markers that are current.
  mutating func marker(_ count: Int64) { add(ObjectTables.markerCount, count) }

  /// A version that is not current.
  mutating func noncurrent(_ count: Int64, _ row: ObjectRow) {
    add(ObjectTables.noncurrentCount, count)
    add(ObjectTables.noncurrentByteCount, count.signum() &* Int64(clamping: row.size))
    classed(count, row.size, row.storageClass)
    if row.isDeleteMarker { add(ObjectTables.noncurrentMarkerCount, count) }
  }

  /// Versions that were removed and are kept.
  mutating func removed(_ count: Int64, _ size: UInt64) {
    add(ObjectTables.removedCount, count)
    add(ObjectTables.removedByteCount, count.signum() &* Int64(clamping: size))
  }

  private mutating func add(_ kind: UInt8, _ delta: Int64) {
    deltas[Int(kind)] &+= delta
  }

  /// Moves the counters.
  func apply(_ bucket: UInt64, _ transaction: Transaction) {
    // By the span: a subscript of the array itself copies all of it, for each kind.
    let deltas = deltas.span
    for kind in ObjectTables.bucketCounterKinds where deltas[Int(kind)] != 0 {
      transaction.addCounter(ObjectTables.bucketCounter(bucket, kind), deltas[Int(kind)])
    }
  }
}
