/// Groups written to memory: the batch is kept apart until it is committed, as RocksDB does.
final class MemoryEngine: CommitEngine {
  private(set) var entries = OrderedBytes()
  private var batch: [(key: [UInt8], value: [UInt8]?)] = []
  /// What the next commit is to fail with; tests set it.
  var failure: MetadataError?

  func look(up key: [UInt8], memoryOnly: Bool) throws(MetadataError) -> Lookup {
    entries.value(of: key).map { .found($0) } ?? .absent
  }

  func cursor(lower: [UInt8], upper: [UInt8]?) throws(MetadataError) -> MetadataCursor {
    MemoryCursor(entries, lower: lower, upper: upper)
  }

  func put(_ key: [UInt8], _ value: [UInt8]) {
    batch.append((key, value))
  }

  func delete(_ key: [UInt8]) {
    batch.append((key, nil))
  }

  func commit() throws(MetadataError) {
    defer { batch.removeAll(keepingCapacity: true) }
    if let failure { throw failure }
    for write in batch {
      if let value = write.value {
        entries.put(write.key, value)
      } else {
        entries.remove(write.key)
      }
    }
  }
}
