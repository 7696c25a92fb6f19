/// Walks keys in order over a snapshot, between two bounds.
///
/// `key` and `value` point into the store's own blocks: they live until the next `seek` or `next`, and may
/// be asked for only while `isValid`. A cursor must not outlive the closure that made it.
package class MetadataCursor {
  init() {}

  /// Moves to the first key at or after `key` (and never before the lower bound).
  package func seek(_ key: [UInt8]) throws(MetadataError) { preconditionFailure("abstract") }

  /// Moves to the next key; only while `isValid`.
  package func next() throws(MetadataError) { preconditionFailure("abstract") }

  /// Whether the cursor stands on a key; false past the upper bound.
  package var isValid: Bool { preconditionFailure("abstract") }

  package var key: UnsafeRawBufferPointer { preconditionFailure("abstract") }

  package var value: UnsafeRawBufferPointer { preconditionFailure("abstract") }
}

/// A key with its value, copied out of the store.
package struct MetadataEntry: Sendable, Hashable {
  package let key: [UInt8]
  package let value: [UInt8]

  package init(key: [UInt8], value: [UInt8]) {
    self.key = key
    self.value = value
  }
}
