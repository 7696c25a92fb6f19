/// What a transaction reads beneath its own writes: the group so far, then the store.
protocol TransactionBase: AnyObject {
  func value(of key: [UInt8]) throws(MetadataError) -> [UInt8]?
  /// A cursor over the store; only when the group has written nothing.
  func cursor(lower: [UInt8], upper: [UInt8]?) throws(MetadataError) -> MetadataCursor
}
