/// Table 0: the store's own records (docs/format/metadata.md, "Records of the store").
enum StoreTable {
  /// The first byte of every key of the table.
  static let tag: UInt8 = 0
  /// Format version of the whole store: one byte.
  static let formatKey: [UInt8] = [tag, UInt8(ascii: "f")]
  /// Upper bound of all commit timestamps handed out: version byte, then eight bytes big-endian.
  static let clockKey: [UInt8] = [tag, UInt8(ascii: "h")]
  /// History of the sequence numbers: version byte, then eight bytes.
  static let historyKey: [UInt8] = [tag, UInt8(ascii: "j")]
  static let formatVersion: UInt8 = 1
  static let clockVersion: UInt8 = 1
}
