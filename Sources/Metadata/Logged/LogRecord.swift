import Primitives

/// One key of a group: its value, or nil where it is deleted.
struct LogWrite: Hashable, Sendable {
  let key: [UInt8]
  let value: [UInt8]?
}

/// One group in the log: length of what follows (u32), its CRC-32C (u32), then the group's number (u64) and its
/// writes. The number is one more than the one before, so nothing that an earlier run left behind the end can be
/// taken for the next group.
enum LogRecord {
  /// Bytes in front of what the length counts.
  static let headLength = 8

  static func encode(number: UInt64, _ writes: [LogWrite]) -> [UInt8] {
    var body = ByteWriter(capacity: 256)
    body.u64(number)
    for write in writes {
      body.bytes(write.key)
      body.bool(write.value != nil)
      if let value = write.value { body.bytes(value) }
    }
    var record = ByteWriter(capacity: body.count + headLength)
    record.u32(UInt32(clamping: body.count))
    record.u32(CRC.crc32c(body.bytes))
    record.raw(body.bytes)
    return record.bytes
  }

  /// The groups of a log, in order, and the bytes they take; ends at the first record that is not whole.
  static func decodeAll(_ log: [UInt8]) -> (groups: [[LogWrite]], length: Int) {
    var groups: [[LogWrite]] = []
    var position = 0
    while let (writes, length) = decode(log[position...], number: UInt64(groups.count) + 1) {
      groups.append(writes)
      position += length
    }
    return (groups, position)
  }

  private static func decode(_ log: ArraySlice<UInt8>, number: UInt64) -> (writes: [LogWrite], length: Int)? {
    var head = ByteReader(Array(log.prefix(headLength)))
    guard let length = try? head.u32(), let sum = try? head.u32() else { return nil }
    let body = Array(log.dropFirst(headLength).prefix(Int(length)))
    guard length > 0, body.count == Int(length), CRC.crc32c(body) == sum else { return nil }
    var reader = ByteReader(body)
    var writes: [LogWrite] = []
    do throws(RecordError) {
      guard try reader.u64() == number else { return nil }
      while !reader.isAtEnd {
        let key = try reader.bytes()
        writes.append(LogWrite(key: Array(key), value: try reader.bool() ? Array(try reader.bytes()) : nil))
      }
    } catch {
      return nil
    }
    return (writes, headLength + Int(length))
  }
}
