/// Where groups are written. Used by one thread at a time.
protocol CommitEngine: AnyObject {
  func look(up key: [UInt8], memoryOnly: Bool) throws(MetadataError) -> Lookup
  func cursor(lower: [UInt8], upper: [UInt8]?) throws(MetadataError) -> MetadataCursor
  /// Adds to the batch in the making; later entries win.
  func put(_ key: [UInt8], _ value: [UInt8])
  func delete(_ key: [UInt8])
  /// Writes the batch durably and empties it. Whatever it throws, the batch is empty afterwards.
  func commit() throws(MetadataError)
}
