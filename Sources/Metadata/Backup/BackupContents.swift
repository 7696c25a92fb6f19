import Primitives

/// What is in the files of a backup, held against the CRCs that RocksDB noted when it wrote them. Its own check looks
/// at sizes only, and a new backup shares the files of older ones without reading them: a turned bit would show when
/// it is too late, in all of them.
enum BackupContents {
  /// Bytes read at once.
  private static let pieceBytes = 1 << 20
  /// Bytes of RocksDB's note of a backup at most: one line a file.
  private static let noteBytes = 64 << 20

  /// The paths of the files of backup `id` in `directory` that are not what was written, or cannot be read. Throws
  /// `.io` when the backup's own note cannot be read, `.corruption` when it names no file.
  static func damaged(of id: UInt32, in directory: String) throws(MetadataError) -> [String] {
    let files = try files(of: id, in: directory)
    return files.filter { (try? checksum("\(directory)/\($0.name)")) != $0.checksum }
      .map { "\(directory)/\($0.name)" }
  }

  /// Deletes files of all backups in `directory` that are not what was written, so that the next backup writes them
  /// anew. The backups that share one of them are lost with it, as they were before.
  static func removeDamaged(in directory: String) {
    let notes = (try? PlainFile.names(directory + "/meta")) ?? []
    for id in notes.compactMap({ UInt32($0) }).sorted() {
      for path in (try? damaged(of: id, in: directory)) ?? [] { try? PlainFile.remove(path) }
    }
  }

  /// The files that RocksDB's note of a backup names (`meta/ID`): a line for each, `PATH crc32 NUMBER`, the number
  /// being the CRC-32C of the whole file (utilities/backup/backup_engine.cc).
  private static func files(
    of id: UInt32, in directory: String
  ) throws(MetadataError) -> [(name: String, checksum: UInt32)] {
    let note = try PlainFile.read("\(directory)/meta/\(id)", limit: noteBytes).bytes
    var files: [(name: String, checksum: UInt32)] = []
    for line in String(decoding: note, as: Unicode.UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 3, words[1] == "crc32", let checksum = UInt32(words[2]) else { continue }
      files.append((String(words[0]), checksum))
    }
    guard !files.isEmpty else { throw MetadataError(.corruption, "backup \(id) names no file") }
    return files
  }

  private static func checksum(_ path: String) throws(MetadataError) -> UInt32 {
    var checksum: UInt32 = 0
    try PlainFile.read(path, inPiecesOf: pieceBytes) { checksum = CRC.crc32c($0, seed: checksum) }
    return checksum
  }
}
