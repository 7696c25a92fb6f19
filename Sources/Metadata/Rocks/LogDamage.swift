import Glibc
import Primitives

/// Tells a torn end of RocksDB's write-ahead log from damage in its middle.
///
/// Every group is one record and is synced before the next is written, so a crash can only leave the last record
/// unfinished, and RocksDB rightly ends its replay there. It ends there just as quietly when an old record has
/// rotted, and drops every group behind it. What tells the two apart is a whole record behind the bad one.
/// The format is RocksDB's (wiki, "Write Ahead Log File Format"): blocks of 32 KiB, records of a masked CRC-32C, a
/// length, a type and the payload.
enum LogDamage {
  /// Where a log is damaged with whole records behind it.
  struct Place: Hashable {
    let file: String
    /// Byte offset of the bad record.
    let offset: Int
  }

  static let blockLength = 32 << 10
  static let headLength = 7

  /// Looks through the logs in a store's directory, in order. Throws `.io`.
  static func find(in directory: String, _ names: [String]) throws(MetadataError) -> Place? {
    var suspect: (place: Place, next: UInt64?)?
    for name in names.filter({ $0.hasSuffix(".log") }).sorted(by: { number($0) < number($1) }) {
      let log = try read(directory + "/" + name)
      let scan = Scan(log)
      // A log that goes on with the very next sequence number was begun by a start that had seen the end of the
      // one before; a gap is what was lost.
      if let before = suspect, let first = scan.first {
        if first != before.next { return before.place }
        suspect = nil
      }
      guard let end = scan.badRecord else { continue }
      let place = Place(file: name, offset: end)
      if hasRecord(log, from: end + 1) { return place }
      suspect = suspect ?? (place, scan.next)
    }
    return nil
  }

  /// What lies in front of the first record that is not whole.
  struct Scan {
    /// Sequence number of the first group.
    private(set) var first: UInt64?
    /// Sequence number that the next group would have.
    private(set) var next: UInt64?
    /// Byte offset of the first record that is not whole; nil when the log ends well.
    private(set) var badRecord: Int?

    init(_ log: [UInt8]) {
      var offset = 0
      while offset < log.count {
        let rest = blockLength - offset % blockLength
        if rest < headLength {
          offset += rest
          continue
        }
        guard let record = Record(log, at: offset) else {
          // Zeros to the end are space that was reserved.
          badRecord = log[offset...].allSatisfy({ $0 == 0 }) ? nil : offset
          return
        }
        if let group = record.group {
          first = first ?? group.sequence
          next = group.sequence &+ UInt64(group.count)
        }
        offset += record.length
      }
    }
  }

  /// Whether the start of a whole record lies at or behind `start`, wherever it begins.
  static func hasRecord(_ log: [UInt8], from start: Int) -> Bool {
    var offset = start
    while offset < log.count {
      if let record = Record(log, at: offset) {
        if record.group != nil { return true }
        offset += record.length
      } else {
        offset += 1
      }
    }
    return false
  }

  /// A record whose checksum is right.
  private struct Record {
    /// Bytes with the head.
    let length: Int
    /// The first sequence number and the number of writes of the group that begins here (RocksDB's write batch:
    /// eight and four bytes, little-endian).
    let group: (sequence: UInt64, count: UInt32)?

    init?(_ log: [UInt8], at offset: Int) {
      let room = min(blockLength - offset % blockLength, log.count - offset)
      guard room >= headLength else { return nil }
      let payload = Int(log[offset + 4]) | Int(log[offset + 5]) << 8
      let type = log[offset + 6]
      guard (1...4).contains(type), headLength + payload <= room else { return nil }
      let stored = (0..<4).reduce(UInt32(0)) { $0 | UInt32(log[offset + $1]) << UInt32(8 * $1) }
      let checked = offset + 6..<offset + headLength + payload
      // SAFETY: the range lies within the log, checked above.
      let sum = unsafe log.withUnsafeBytes {
        unsafe CRC.crc32c(UnsafeRawBufferPointer(rebasing: $0[checked]))
      }
      guard stored == (sum >> 15 | sum << 17) &+ 0xA282_EAD8 else { return nil }
      length = headLength + payload
      let start = offset + headLength
      guard type < 3, payload >= 12 else {
        group = nil
        return
      }
      let sequence = (0..<8).reduce(UInt64(0)) { $0 | UInt64(log[start + $1]) << UInt64(8 * $1) }
      let count = (0..<4).reduce(UInt32(0)) { $0 | UInt32(log[start + 8 + $1]) << UInt32(8 * $1) }
      group = (sequence, count)
    }
  }

  private static func number(_ name: String) -> UInt64 { UInt64(name.dropLast(4)) ?? 0 }

  private static func read(_ path: String) throws(MetadataError) -> [UInt8] {
    // SAFETY: plain system calls; the descriptor is closed on every way out.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw MetadataError(.io, "cannot open \(path): errno \(errno)") }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size > 0 else { return [] }
    var failure: Int32 = 0
    // SAFETY: the call writes at most what there is room for and says how much.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let rest = UnsafeMutableRawBufferPointer(buffer)
        let part = unsafe pread(descriptor, rest.baseAddress?.advanced(by: count), size - count, off_t(count))
        if part < 0 && errno == EINTR { continue }
        if part < 0 { failure = errno }
        if part <= 0 { return }
        count += part
      }
    }
    guard failure == 0 else { throw MetadataError(.io, "cannot read \(path): errno \(failure)") }
    return bytes
  }
}
