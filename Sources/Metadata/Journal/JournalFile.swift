import Glibc
import Primitives

/// One journal file as it lies on the disk.
struct JournalFile: Sendable {
  let number: UInt64
  let path: String
  let header: JournalHeader
  /// Bytes of the file.
  let size: UInt64

  /// How the records of a file end.
  enum End: Hashable, Sendable {
    /// With the last whole record.
    case whole
    /// Inside a record that was never finished, at this byte.
    case torn(Int)
    /// With damage at this byte, and more behind it.
    case damaged(Int)
  }

  /// The files of a journal in the order of their numbers; those without a sound header are left out. Throws `.io`,
  /// and `.format` for a file of a later version. No directory is no file.
  static func list(_ directory: String) throws(MetadataError) -> [JournalFile] {
    var files: [JournalFile] = []
    for number in try numbers(directory) {
      let path = directory + "/" + JournalName.string(number)
      let file = try PlainFile.read(path, limit: JournalHeader.length)
      guard let header = try JournalHeader.decode(file.bytes) else { continue }
      files.append(JournalFile(number: number, path: path, header: header, size: file.size))
    }
    return files
  }

  /// The numbers of all journal files, whatever is in them, in order.
  static func numbers(_ directory: String) throws(MetadataError) -> [UInt64] {
    try PlainFile.names(directory).compactMap(JournalName.number).sorted()
  }

  /// Calls `body` with every whole record in order, up to the first that is not.
  func forEach(
    _ body: (JournalSpan, [UInt8]) throws(MetadataError) -> Void
  ) throws(MetadataError) -> End {
    let bytes = try PlainFile.read(path).bytes
    var offset = JournalHeader.length
    while offset < bytes.count {
      let span: JournalSpan
      do throws(JournalSpan.Absence) {
        span = try JournalSpan.find(in: bytes, at: offset)
      } catch {
        return error == .torn ? .torn(offset) : .damaged(offset)
      }
      try body(span, bytes)
      offset = span.writes.upperBound
    }
    return .whole
  }

  /// The sequence number of the last whole record that follows the header without a hole.
  func lastSequence() throws(MetadataError) -> UInt64 {
    var last = header.start
    _ = try forEach { (span, _) throws(MetadataError) in
      if span.first == last &+ 1 { last = span.last }
    }
    return last
  }
}
