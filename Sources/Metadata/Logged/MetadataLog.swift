import Glibc
import Ring

/// The log of a `LoggedMetadata`: records behind each other in one file, each durable before the next begins.
final class MetadataLog: Sendable {
  private let file: File
  /// Without it nothing is synced: the fault that a simulation must find.
  private let isSynced: Bool

  private init(file: File, isSynced: Bool) {
    self.file = file
    self.isSynced = isSynced
  }

  /// Opens or makes the log at `path`: the log, and the bytes it holds.
  static func open(_ path: String, isSynced: Bool) async throws(MetadataError) -> (MetadataLog, [UInt8]) {
    do throws(IOError) {
      let isNew = !Directory.exists(path)
      let file = try await File.open(path, flags: O_RDWR | O_CREAT)
      if isNew { try await synchronizeDirectory(of: path) }
      let size = Int(try file.size())
      guard size > 0 else { return (MetadataLog(file: file, isSynced: isSynced), []) }
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
      // SAFETY: allocated above; the read has ended by then.
      defer { unsafe memory.deallocate() }
      try await unsafe file.readAll(into: memory, at: 0)
      return (MetadataLog(file: file, isSynced: isSynced), unsafe Array(memory))
    } catch {
      throw MetadataError(.io, "opening the log: \(error)")
    }
  }

  /// Makes a record durable at a byte offset.
  func write(_ record: [UInt8], at offset: UInt64) async throws(MetadataError) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: record.count, alignment: 8)
    // SAFETY: allocated above; the write has ended by then.
    defer { unsafe memory.deallocate() }
    unsafe memory.copyBytes(from: record)
    do throws(IOError) {
      try await unsafe file.write(UnsafeRawBufferPointer(memory), at: offset)
      if isSynced { try await file.synchronize(dataOnly: true) }
    } catch {
      throw MetadataError(.io, "writing the log: \(error)")
    }
  }

  func close() { file.close() }

  private static func synchronizeDirectory(of path: String) async throws(IOError) {
    guard let slash = path.lastIndex(of: "/") else { return }
    let directory = try await File.open(String(path[..<slash]), flags: O_RDONLY | O_DIRECTORY)
    defer { directory.close() }
    try await directory.synchronize(dataOnly: false)
  }
}
