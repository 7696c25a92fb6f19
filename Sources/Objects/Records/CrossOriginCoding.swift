import Primitives

/// Cross-origin rules as a field of a bucket record: vary (1), count (varint), then the rules. Lists have their count
/// (varint) in front; what need not be there is a list of none or one.
enum CrossOriginCoding {
  static func encode(_ rules: CrossOriginRules) -> [UInt8] {
    var writer = ByteWriter(capacity: 128)
    writer.u8(rules.vary.rawValue)
    writer.varint(UInt64(rules.rules.count))
    for rule in rules.rules {
      append(rule.id.map { [$0] } ?? [], to: &writer)
      append(rule.origins, to: &writer)
      writer.varint(UInt64(rule.methods.count))
      for method in rule.methods { writer.u8(method.rawValue) }
      append(rule.headers, to: &writer)
      append(rule.exposed, to: &writer)
      writer.varint(rule.maxAgeSeconds == nil ? 0 : 1)
      if let seconds = rule.maxAgeSeconds { writer.varint(seconds) }
    }
    return writer.bytes
  }

  static func decode(_ reader: inout ByteReader) throws(RecordError) -> CrossOriginRules {
    guard let vary = CrossOriginRules.Vary(rawValue: try reader.u8()) else { throw .badValue("vary") }
    var rules: [CrossOriginRules.Rule] = []
    for _ in 0..<(try reader.count("rules")) {
      var rule = CrossOriginRules.Rule()
      rule.id = try texts(&reader).first
      rule.origins = try texts(&reader)
      for _ in 0..<(try reader.count("methods")) {
        guard let method = CrossOriginRules.Method(rawValue: try reader.u8()) else {
          throw .badValue("method")
        }
        rule.methods.append(method)
      }
      rule.headers = try texts(&reader)
      rule.exposed = try texts(&reader)
      if try reader.varint() != 0 { rule.maxAgeSeconds = try reader.varint() }
      rules.append(rule)
    }
    return CrossOriginRules(rules, vary: vary)
  }

  private static func append(_ texts: [String], to writer: inout ByteWriter) {
    writer.varint(UInt64(texts.count))
    for text in texts { writer.string(text) }
  }

  private static func texts(_ reader: inout ByteReader) throws(RecordError) -> [String] {
    var texts: [String] = []
    for _ in 0..<(try reader.count("texts")) { texts.append(try reader.string()) }
    return texts
  }
}
