import Primitives

/// What is in the files of a backup, held against the CRCs that RocksDB noted when it wrote them. Its own check looks
/// at sizes only, and a new backup shares the files of older ones without reading them: a turned bit would show when
/// it is too late, in all of them.
enum BackupContents {
  /// Bytes of RocksDB's note of a backup at most: one line a file.
  private static let noteBytes = 64 << 20

  /// The path of a file of backup `id` in `directory` that is not what was written; nil when all are. Throws `.io`
  /// when a file or the backup's own note cannot be read, `.corruption` when the note names no file.
  static func damaged(of id: UInt32, in directory: String) throws(MetadataError) -> String? {
    for file in try files(of: id, in: directory) {
      let path = "\(directory)/\(file.name)"
      if try checksum(path) != file.checksum { return path }
    }
    return nil
  }

  /// Deletes files of the backups in `directory` that were read and are not what was written, so that the next backup
  /// writes them anew. One that cannot be read now, or that any backup's note agrees with, stays: the disk may have
  /// failed for a moment, and notes have no checksum of their own.
  static func removeDamaged(in directory: String) {
    let notes = (try? PlainFile.names(directory + "/meta")) ?? []
    var noted: [String: Set<UInt32>] = [:]
    for id in notes.compactMap({ UInt32($0) }) {
      for file in (try? files(of: id, in: directory)) ?? [] {
        noted[file.name, default: []].insert(file.checksum)
      }
    }
    for (name, checksums) in noted {
      let path = "\(directory)/\(name)"
      guard let found = try? checksum(path), !checksums.contains(found) else { continue }
      try? PlainFile.remove(path)
    }
  }

  /// The files that RocksDB's note of a backup names (`meta/ID`): a line for each, `PATH crc32 NUMBER`, the number
  /// being the CRC-32C of the whole file (utilities/backup/backup_engine.cc). Throws `.corruption` for a path that
  /// leads elsewhere.
  private static func files(
    of id: UInt32, in directory: String
  ) throws(MetadataError) -> [(name: String, checksum: UInt32)] {
    let note = try PlainFile.read("\(directory)/meta/\(id)", limit: noteBytes).bytes
    var files: [(name: String, checksum: UInt32)] = []
    for line in String(decoding: note, as: Unicode.UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 3, words[1] == "crc32", let checksum = UInt32(words[2]) else { continue }
      let steps = words[0].split(separator: "/", omittingEmptySubsequences: false)
      guard steps.count > 1, !steps.contains(""), !steps.contains("..") else {
        throw MetadataError(.corruption, "backup \(id) names a file outside of its directory")
      }
      files.append((String(words[0]), checksum))
    }
    guard !files.isEmpty else { throw MetadataError(.corruption, "backup \(id) names no file") }
    return files
  }

  private static func checksum(_ path: String) throws(MetadataError) -> UInt32 {
    CRC.crc32c(try PlainFile.read(path).bytes)
  }
}
