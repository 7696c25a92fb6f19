/// One consistent snapshot of the store, valid inside the closure that `MetadataStore.read` gave it to.
package protocol MetadataReader {
  /// The value of a key in this snapshot, as one copy, or nil.
  func get(_ key: [UInt8]) throws(MetadataError) -> [UInt8]?

  /// A cursor over the keys in `lower ..< upper` (nil: to the end); it stands nowhere until `seek`.
  func cursor(lower: [UInt8], upper: [UInt8]?) -> MetadataCursor
}
