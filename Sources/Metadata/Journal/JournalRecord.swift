import Primitives

/// One group in the journal (docs/format/journal.md, "Record"): the sequence numbers that RocksDB gave it, and its
/// writes.
struct JournalRecord: Hashable, Sendable {
  /// Sequence number of the first write.
  let first: UInt64
  let writes: [LogWrite]

  /// Bytes in front of the writes: length, CRC, first sequence number, count.
  static let headLength = 20
  /// What the length may count, bytes.
  static let lengths = 13...(256 << 20)

  /// The bytes in front of a group's writes.
  /// - Parameters:
  ///   - first: the sequence number of its first write.
  ///   - count: how many writes it has.
  ///   - writes: the writes as RocksDB's write batch has them behind its head.
  /// - Returns: nil when the group is too long for a record.
  static func head(first: UInt64, count: UInt32, writes: UnsafeRawBufferPointer) -> [UInt8]? {
    let length = writes.count + 12
    guard lengths.contains(length), count > 0 else { return nil }
    var numbers = ByteWriter(capacity: 12)
    numbers.u64(first)
    numbers.u32(count)
    var head = ByteWriter(capacity: headLength)
    head.u32(UInt32(length))
    // SAFETY: the buffer is only read.
    head.u32(unsafe CRC.crc32c(writes, seed: CRC.crc32c(numbers.bytes)))
    head.raw(numbers.bytes)
    return head.bytes
  }

  /// The writes of a record. Throws `.corruption` for what is not `count` puts and deletes.
  static func decode(writes bytes: [UInt8], count: Int) throws(MetadataError) -> [LogWrite] {
    var reader = ByteReader(bytes)
    var writes: [LogWrite] = []
    writes.reserveCapacity(min(count, 4096))
    do throws(RecordError) {
      while !reader.isAtEnd {
        let type = try reader.u8()
        guard type <= 1 else { throw .badValue("a write of type \(type)") }
        let key = try reader.bytes()
        guard !key.isEmpty else { throw .badValue("a write without a key") }
        writes.append(LogWrite(key: key, value: type == 1 ? try reader.bytes() : nil))
      }
    } catch {
      throw MetadataError(.corruption, "a record of the journal cannot be read: \(error)")
    }
    guard writes.count == count else {
      throw MetadataError(
        .corruption, "a record of the journal has \(writes.count) writes instead of \(count)")
    }
    return writes
  }
}

/// Where a record lies in its file's bytes.
struct JournalSpan: Hashable, Sendable {
  let first: UInt64
  let count: UInt32
  /// The writes.
  let writes: Range<Int>

  /// Sequence number of the last write.
  var last: UInt64 { first &+ UInt64(count) &- 1 }

  /// Why there is no record at a place.
  enum Absence: Error, Hashable {
    /// The file ends inside it, or nothing but zeros follows.
    case torn
    /// It is not what was written, and more lies behind it.
    case damaged
  }

  /// The record that begins at byte `offset`, which lies within the file.
  static func find(in file: [UInt8], at offset: Int) throws(Absence) -> JournalSpan {
    var head = ByteReader(Array(file[offset..<min(file.count, offset + JournalRecord.headLength)]))
    guard let length = try? head.u32(), let sum = try? head.u32(), let first = try? head.u64(),
      let count = try? head.u32()
    else { throw .torn }
    let end = offset + 8 + Int(length)
    guard JournalRecord.lengths.contains(Int(length)) else {
      throw file[offset...].allSatisfy({ $0 == 0 }) ? .torn : .damaged
    }
    guard end <= file.count else { throw .torn }
    // SAFETY: the range lies within the file, checked above.
    let found = unsafe file.withUnsafeBytes {
      unsafe CRC.crc32c(UnsafeRawBufferPointer(rebasing: $0[offset + 8..<end]))
    }
    guard found == sum, count > 0, first > 0, first <= UInt64.max - UInt64(count) else {
      throw end == file.count ? .torn : .damaged
    }
    return JournalSpan(first: first, count: count, writes: offset + JournalRecord.headLength..<end)
  }
}
