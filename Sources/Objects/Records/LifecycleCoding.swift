import Primitives

/// Lifecycle rules as a field of a bucket record (docs/format/metadata.md, "Bucket record", 57).
enum LifecycleCoding {
  static func encode(_ rules: LifecycleRules) -> [UInt8] {
    var writer = ByteWriter(capacity: 256)
    writer.u64(rules.generation)
    writer.u8(rules.smallestToMove.rawValue)
    for rule in rules.rules { encode(rule, to: &writer) }
    return writer.bytes
  }

  static func decode(_ reader: inout ByteReader) throws(RecordError) -> LifecycleRules {
    let generation = try reader.u64()
    guard let smallest = LifecycleRules.SmallestToMove(rawValue: try reader.u8()) else {
      throw .badValue("smallest size that moves")
    }
    var rules = LifecycleRules([], smallestToMove: smallest)
    rules.generation = generation
    while !reader.isAtEnd { rules.rules.append(try rule(&reader)) }
    return rules
  }

  private static func encode(_ rule: LifecycleRules.Rule, to writer: inout ByteWriter) {
    let markers: UInt8 = rule.removesSoleMarkers.map { $0 ? 2 : 4 } ?? 0
    writer.u8((rule.isEnabled ? 1 : 0) | markers | (rule.wantsMoves ? movesFlag : 0))
    writer.u8(rule.form.rawValue)
    writer.string(rule.id)
    writer.bytes(rule.filter.prefix)
    append(rule.filter.tags.tags, to: &writer)
    for bound in [rule.filter.largerThan, rule.filter.smallerThan] {
      writer.varint(bound == nil ? 0 : 1)
      if let bound { writer.varint(bound) }
    }
    writer.varint(UInt64(rule.filter.exclusions.count))
    for exclusion in rule.filter.exclusions {
      writer.bytes(exclusion.prefix)
      append(exclusion.tag.map { [$0] } ?? [], to: &writer)
    }
    append(rule.expiration, to: &writer)
    writer.varint(rule.noncurrentExpiration == nil ? 0 : 1)
    if let noncurrent = rule.noncurrentExpiration {
      writer.varint(UInt64(noncurrent.days))
      writer.varint(UInt64(noncurrent.kept))
    }
    append(rule.abortion, to: &writer)
    if rule.wantsMoves { appendMoves(rule, to: &writer) }
  }

  /// Set where transitions follow.
  private static let movesFlag: UInt8 = 8

  private static func appendMoves(_ rule: LifecycleRules.Rule, to writer: inout ByteWriter) {
    writer.varint(UInt64(rule.transitions.count))
    for move in rule.transitions {
      append(move.when, to: &writer)
      writer.u8(move.storageClass.rawValue)
    }
    writer.varint(UInt64(rule.noncurrentTransitions.count))
    for move in rule.noncurrentTransitions {
      writer.varint(UInt64(move.days))
      writer.varint(UInt64(move.kept))
      writer.u8(move.storageClass.rawValue)
    }
  }

  private static func readMoves(
    _ reader: inout ByteReader, _ rule: inout LifecycleRules.Rule
  ) throws(RecordError) {
    for _ in 0..<(try reader.count("transitions")) {
      guard let when = try when(&reader) else { throw .badValue("lifecycle time") }
      rule.transitions.append(LifecycleRules.Transition(when, to: try storageClass(&reader)))
    }
    for _ in 0..<(try reader.count("transitions")) {
      let (days, kept) = (try number(&reader), try number(&reader))
      rule.noncurrentTransitions.append(
        LifecycleRules.NoncurrentTransition(days: days, kept: kept, to: try storageClass(&reader)))
    }
    guard rule.wantsMoves else { throw .badValue("lifecycle rule") }
  }

  private static func storageClass(_ reader: inout ByteReader) throws(RecordError) -> StorageClass {
    guard let found = StorageClass(rawValue: try reader.u8()) else { throw .badValue("storage class") }
    return found
  }

  private static func rule(_ reader: inout ByteReader) throws(RecordError) -> LifecycleRules.Rule {
    let flags = try reader.u8()
    guard flags < 16, flags & 6 != 6, let form = LifecycleRules.Form(rawValue: try reader.u8()) else {
      throw .badValue("lifecycle rule")
    }
    var rule = LifecycleRules.Rule(id: try reader.string())
    rule.isEnabled = flags & 1 != 0
    rule.removesSoleMarkers = flags & 6 == 0 ? nil : flags & 2 != 0
    rule.form = form
    rule.filter.prefix = try reader.bytes()
    rule.filter.tags = TagSet(try tags(&reader))
    if try reader.varint() != 0 { rule.filter.largerThan = try reader.varint() }
    if try reader.varint() != 0 { rule.filter.smallerThan = try reader.varint() }
    for _ in 0..<(try reader.count("exclusions")) {
      let prefix = try reader.bytes()
      rule.filter.exclusions.append(LifecycleRules.Exclusion(prefix: prefix, tag: try tags(&reader).first))
    }
    rule.expiration = try when(&reader)
    if try reader.varint() != 0 {
      let days = try number(&reader)
      rule.noncurrentExpiration = LifecycleRules.NoncurrentExpiration(days: days, kept: try number(&reader))
    }
    rule.abortion = try when(&reader)
    if flags & movesFlag != 0 { try readMoves(&reader, &rule) }
    return rule
  }

  private static func append(_ tags: [TagSet.Tag], to writer: inout ByteWriter) {
    writer.varint(UInt64(tags.count))
    for tag in tags {
      writer.string(tag.key)
      writer.string(tag.value)
    }
  }

  private static func tags(_ reader: inout ByteReader) throws(RecordError) -> [TagSet.Tag] {
    var tags: [TagSet.Tag] = []
    for _ in 0..<(try reader.count("tags")) {
      let key = try reader.string()
      tags.append(TagSet.Tag(key: key, value: try reader.string()))
    }
    return tags
  }

  private static func append(_ when: LifecycleRules.When?, to writer: inout ByteWriter) {
    switch when {
    case nil: writer.u8(0)
    case .days(let days):
      writer.u8(1)
      writer.varint(UInt64(days))
    case .date(let date):
      writer.u8(2)
      writer.varint(UInt64(clamping: date.milliseconds))
    case .createdBefore(let date):
      writer.u8(3)
      writer.varint(UInt64(clamping: date.milliseconds))
    }
  }

  private static func when(_ reader: inout ByteReader) throws(RecordError) -> LifecycleRules.When? {
    switch try reader.u8() {
    case 0: return nil
    case 1: return .days(try number(&reader))
    case 2: return .date(try date(&reader))
    case 3: return .createdBefore(try date(&reader))
    default: throw .badValue("lifecycle time")
    }
  }

  private static func number(_ reader: inout ByteReader) throws(RecordError) -> UInt32 {
    guard let number = UInt32(exactly: try reader.varint()), number <= Int32.max else {
      throw .badValue("lifecycle number")
    }
    return number
  }

  /// No later than what the store's clock can tell.
  private static func date(_ reader: inout ByteReader) throws(RecordError) -> Timestamp {
    let milliseconds = try reader.varint()
    guard milliseconds <= 0xFFFF_FFFF_FFFF else { throw .badValue("lifecycle date") }
    return Timestamp(milliseconds: Int64(milliseconds))
  }
}
