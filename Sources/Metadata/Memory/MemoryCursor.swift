/// Walks a snapshot in memory. The entry it stands on is copied to memory of its own, so that `key` and
/// `value` die with the next move just as RocksDB's do (and address sanitizer sees who keeps them).
@safe final class MemoryCursor: MetadataCursor {
  private let entries: OrderedBytes
  private let lower: [UInt8]
  private let upper: [UInt8]?
  private var position: OrderedBytes.Position
  private var current: UnsafeMutableRawBufferPointer?
  private var keyCount = 0

  init(_ entries: OrderedBytes, lower: [UInt8], upper: [UInt8]?) {
    self.entries = entries
    self.lower = lower
    self.upper = upper
    position = entries.end
    super.init()
  }

  deinit {
    // SAFETY: allocated by `settle`, freed once.
    unsafe current?.deallocate()
  }

  override func seek(_ key: [UInt8]) throws(MetadataError) {
    position = entries.lowerBound(of: key.lexicographicallyPrecedes(lower) ? lower : key)
    settle()
  }

  override func next() throws(MetadataError) {
    precondition(isValid, "a cursor that stands nowhere was moved")
    position = entries.position(after: position)
    settle()
  }

  override var isValid: Bool { unsafe current != nil }

  override var key: UnsafeRawBufferPointer {
    guard let current = unsafe current else { preconditionFailure("a cursor that stands nowhere was read") }
    // SAFETY: `current` holds the key, then the value.
    return unsafe UnsafeRawBufferPointer(rebasing: current[..<keyCount])
  }

  override var value: UnsafeRawBufferPointer {
    guard let current = unsafe current else { preconditionFailure("a cursor that stands nowhere was read") }
    // SAFETY: as for key.
    return unsafe UnsafeRawBufferPointer(rebasing: current[keyCount...])
  }

  private func settle() {
    // SAFETY: the old entry is freed before the pointer is replaced; the new one has room for both parts.
    unsafe current?.deallocate()
    unsafe current = nil
    guard position != entries.end else { return }
    let entry = entries[position]
    if let upper, !entry.key.lexicographicallyPrecedes(upper) { return }
    let bytes = entry.key + entry.value
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    unsafe copy.copyBytes(from: bytes)
    unsafe current = copy
    keyCount = entry.key.count
  }
}
