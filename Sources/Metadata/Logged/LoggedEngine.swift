/// Groups in memory that count only once their log record is durable: `commit` stages a group, `publish` makes it
/// what readers see.
final class LoggedEngine: CommitEngine {
  private(set) var entries = OrderedBytes()
  private var batch: [LogWrite] = []
  /// The group whose record is on its way to the disk.
  private(set) var staged: [LogWrite] = []

  init(replaying groups: [[LogWrite]]) {
    for group in groups { apply(group) }
  }

  func look(up key: [UInt8], memoryOnly: Bool) throws(MetadataError) -> Lookup {
    entries.value(of: key).map { .found($0) } ?? .absent
  }

  func cursor(lower: [UInt8], upper: [UInt8]?) throws(MetadataError) -> MetadataCursor {
    MemoryCursor(entries, lower: lower, upper: upper)
  }

  func put(_ key: [UInt8], _ value: [UInt8]) { batch.append(LogWrite(key: key, value: value)) }

  func delete(_ key: [UInt8]) { batch.append(LogWrite(key: key, value: nil)) }

  func commit() throws(MetadataError) {
    precondition(staged.isEmpty, "a group was staged over an unpublished one")
    swap(&staged, &batch)
  }

  /// The staged group is durable.
  func publish() {
    apply(staged)
    staged.removeAll(keepingCapacity: true)
  }

  /// The staged group is not, and never will be.
  func drop() { staged.removeAll() }

  private func apply(_ writes: [LogWrite]) {
    for write in writes {
      if let value = write.value {
        entries.put(write.key, value)
      } else {
        entries.remove(write.key)
      }
    }
  }
}
