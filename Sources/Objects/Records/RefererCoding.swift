import Primitives

/// Referer rules as a field of a bucket record: flags (1: bit 0 none will do, bit 1 queries do not count, bit 2 paths
/// do not count), then the pages that may and those that may not, a count (varint) in front of each list.
enum RefererCoding {
  static func encode(_ rules: RefererRules) -> [UInt8] {
    var writer = ByteWriter(capacity: 64)
    writer.u8((rules.allowsEmpty ? 1 : 0) | (rules.ignoresQuery ? 2 : 0) | (rules.ignoresPath ? 4 : 0))
    for list in [rules.allowed, rules.denied] {
      writer.varint(UInt64(list.count))
      for page in list { writer.string(page) }
    }
    return writer.bytes
  }

  static func decode(_ reader: inout ByteReader) throws(RecordError) -> RefererRules {
    let flags = try reader.u8()
    guard flags < 8 else { throw .badValue("referer flags") }
    var rules = RefererRules()
    rules.allowsEmpty = flags & 1 != 0
    rules.ignoresQuery = flags & 2 != 0
    rules.ignoresPath = flags & 4 != 0
    for _ in 0..<(try reader.count("pages")) { rules.allowed.append(try reader.string()) }
    for _ in 0..<(try reader.count("pages")) { rules.denied.append(try reader.string()) }
    return rules
  }
}
