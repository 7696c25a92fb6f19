import HTTP
package import Primitives

/// The rows of webhooks, of what waits for them, and of what they did not take (docs/format/metadata.md, "Events to be
/// delivered").
enum OutboxRows {
  static let table: UInt8 = 0x92
  private static let version: UInt8 = 1

  /// Which list a delivery is in.
  enum List: UInt8, Sendable {
    case queue = 0x71
    case dead = 0x64
  }

  static let hooksPrefix: [UInt8] = [table, UInt8(ascii: "h")]

  static func hookKey(_ name: String) -> [UInt8] { hooksPrefix + Array(name.utf8) }

  static func prefix(_ list: List, hook: UInt64? = nil) -> [UInt8] {
    var writer = ByteWriter()
    writer.u8(table)
    writer.u8(list.rawValue)
    if let hook { writer.u64(hook) }
    return writer.bytes
  }

  static func key(_ list: List, hook: UInt64, event: [UInt8]) -> [UInt8] {
    prefix(list, hook: hook) + event
  }

  /// The hook and the event of a delivery's key.
  static func parts(of key: [UInt8]) throws(RecordError) -> (hook: UInt64, event: [UInt8]) {
    var reader = ByteReader(Array(key.dropFirst(2)))
    let parts = (try reader.u64(), try reader.raw(16))
    try reader.expectEnd()
    return parts
  }

  static func encode(_ hook: Webhook, sealedSecret: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.u8(version)
    writer.u64(hook.id)
    writer.string(hook.name)
    writer.string(hook.url.description)
    writer.varint(UInt64(hook.types.count))
    for type in hook.types { writer.string(type) }
    writer.i64(hook.created.milliseconds)
    writer.bytes(sealedSecret)
    return writer.bytes
  }

  /// The id in a webhook's row.
  static func hookID(_ value: [UInt8]) throws(RecordError) -> UInt64 {
    var reader = ByteReader(value)
    try check(version: try reader.u8())
    return try reader.u64()
  }

  /// A webhook. `open` decrypts a secret that belongs to a name.
  static func hook(
    _ value: [UInt8], open: (_ sealed: [UInt8], _ name: String) -> [UInt8]?
  ) throws(RecordError) -> Webhook {
    var reader = ByteReader(value)
    try check(version: try reader.u8())
    let id = try reader.u64()
    let name = try reader.string()
    let text = try reader.string()
    guard let url = try? HTTPURL(text) else { throw RecordError.badValue("webhook's URL") }
    var types: [String] = []
    for _ in 0..<(try reader.varint()) { types.append(try reader.string()) }
    let created = Timestamp(milliseconds: try reader.i64())
    let sealed = try reader.bytes()
    try reader.expectEnd()
    guard let secret = open(sealed, name) else { throw RecordError.badValue("webhook's secret") }
    return Webhook(
      name: name, id: id, url: url, types: types, created: created, key: HMACSHA256Key(secret))
  }

  static func encode(_ delivery: Delivery) -> [UInt8] {
    var writer = ByteWriter()
    writer.u8(version)
    writer.i64(delivery.due.milliseconds)
    writer.varint(UInt64(delivery.attempts))
    writer.string(delivery.problem)
    writer.string(delivery.event.type)
    writer.string(delivery.event.subject)
    writer.i64(delivery.event.time.milliseconds)
    writer.string(delivery.event.data)
    return writer.bytes
  }

  static func delivery(_ value: [UInt8], event id: [UInt8]) throws(RecordError) -> Delivery {
    var reader = ByteReader(value)
    try check(version: try reader.u8())
    let due = Timestamp(milliseconds: try reader.i64())
    let attempts = try reader.varint()
    let problem = try reader.string()
    let type = try reader.string()
    let subject = try reader.string()
    let time = Timestamp(milliseconds: try reader.i64())
    let data = try reader.string()
    try reader.expectEnd()
    return Delivery(
      event: Event(id: id, type: type, subject: subject, time: time, data: data), due: due,
      attempts: Int(clamping: attempts), problem: problem)
  }

  /// When a delivery is due.
  static func due(_ value: [UInt8]) throws(RecordError) -> Timestamp {
    var reader = ByteReader(value)
    try check(version: try reader.u8())
    return Timestamp(milliseconds: try reader.i64())
  }

  private static func check(version found: UInt8) throws(RecordError) {
    guard found == version else { throw RecordError.unknownVersion(found) }
  }
}

/// An event on its way to one webhook.
package struct Delivery: Hashable, Sendable {
  package let event: Event
  /// When it is tried next; of a dead one, when it was tried last.
  package var due: Timestamp
  /// How often it was tried.
  package var attempts: Int
  /// Why it was not taken the last time; empty before.
  package var problem: String
}
