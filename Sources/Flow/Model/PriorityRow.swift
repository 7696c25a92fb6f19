import Primitives

/// A plan's bytes in its row.
enum PriorityRow {
  static func bytes(_ place: PriorityPlan.Place, _ plan: PriorityPlan) -> [UInt8] {
    var writer = ByteWriter()
    writer.u8(place.kind.rawValue)
    writer.string(place.pool)
    writer.u8(plan.count)
    writer.u8(plan.defaultLevel)
    write(plan.defaultGuarantees, to: &writer)
    writer.varint(UInt64(plan.levels.count))
    for level in plan.levels {
      writer.u8(level.number)
      write(level.guarantees, to: &writer)
      writer.varint(UInt64(level.subjects.count))
      for subject in level.subjects {
        switch subject {
        case .bucket(let id):
          writer.u8(0)
          writer.u64(id)
        case .group(let name):
          writer.u8(1)
          writer.string(name)
        case .requester(let id):
          writer.u8(2)
          writer.string(id)
        }
      }
    }
    return writer.bytes
  }

  static func read(
    _ reader: inout ByteReader
  ) throws(RecordError) -> (PriorityPlan.Place, PriorityPlan) {
    guard let kind = PriorityPlan.Kind(rawValue: try reader.u8()) else {
      throw RecordError.badValue("kind of priorities")
    }
    let place = PriorityPlan.Place(pool: try reader.string(), kind: kind)
    let (count, defaultLevel) = (try reader.u8(), try reader.u8())
    guard PriorityPlan.counts.contains(count), (1...count).contains(defaultLevel) else {
      throw RecordError.badValue("number of priorities")
    }
    let defaults = try rates(&reader)
    let levelCount = try reader.varint()
    guard levelCount <= UInt64(count) else { throw RecordError.badValue("number of levels") }
    var levels: [PriorityPlan.Level] = []
    for _ in 0..<levelCount {
      let number = try reader.u8()
      guard (1...count).contains(number) else { throw RecordError.badValue("priority") }
      let guarantees = try rates(&reader)
      let subjectCount = try reader.varint()
      var subjects: [PriorityPlan.Subject] = []
      for _ in 0..<subjectCount { subjects.append(try subject(&reader)) }
      levels.append(PriorityPlan.Level(number: number, guarantees: guarantees, subjects: subjects))
    }
    return (
      place,
      PriorityPlan(count: count, defaultLevel: defaultLevel, defaultGuarantees: defaults, levels: levels)
    )
  }

  private static func subject(_ reader: inout ByteReader) throws(RecordError) -> PriorityPlan.Subject {
    switch try reader.u8() {
    case 0: return .bucket(try reader.u64())
    case 1: return .group(try reader.string())
    case 2: return .requester(try reader.string())
    default: throw RecordError.badValue("subject of a priority")
    }
  }

  /// Whether there are any, and six rates as those of nodes.
  private static func write(_ rates: BandwidthLimits?, to writer: inout ByteWriter) {
    writer.u8(rates == nil ? 0 : 1)
    guard let rates else { return }
    for direction in Direction.allCases {
      for scope in TrafficScope.allCases { writer.varint(rates[direction, scope].map { $0 + 1 } ?? 0) }
    }
  }

  private static func rates(_ reader: inout ByteReader) throws(RecordError) -> BandwidthLimits? {
    switch try reader.u8() {
    case 0: return nil
    case 1: break
    default: throw RecordError.badValue("guarantees")
    }
    var rates = BandwidthLimits()
    for direction in Direction.allCases {
      for scope in TrafficScope.allCases { rates[direction, scope] = try FlowRow.rate(&reader) }
    }
    return rates
  }
}
