import Glibc
import Ring

@testable import Metadata

/// A store with a journal, in a directory that goes away with it: `metadata` and `volumes/metadata`.
final class ProtectedStore: Sendable {
  let path: String
  private let heard = Guarded<[MetadataNotice]>([])

  init() throws {
    path = "/tmp/weir-protected-\(UInt64.random(in: 0 ... .max))"
    try Directory.create(path)
  }

  deinit { Self.removeAll(path) }

  var metadata: String { path + "/metadata" }
  var care: String { path + "/volumes/metadata" }
  var journal: String { care + "/journal" }
  var base: String { care + "/base" }
  /// What was moved aside, oldest first.
  var asides: [String] {
    files(path + "/volumes").filter { $0.hasPrefix("metadata.replaced-") }.sorted().map {
      path + "/volumes/" + $0
    }
  }
  var notices: [MetadataNotice] { heard.withLock { $0 } }
  var problems: [String] { notices.filter(\.isProblem).map(\.text) }

  /// Opens the store and begins its protection.
  func open(
    acceptsOlder: Bool = false, schedule: BackupSchedule? = nil, copyRate: UInt64 = 0,
    _ change: (inout JournalOptions) -> Void = { _ in }
  ) throws(MetadataError) -> RocksMetadata {
    let store = try RocksMetadata.open(path: metadata, blocking: testPool)
    var options = MetadataProtection()
    var place = JournalOptions(directory: care)
    place.syncNanoseconds = 20_000_000
    place.retryNanoseconds = 20_000_000
    place.freeBytesReserve = 0
    change(&place)
    options.journal = place
    options.schedule = schedule
    options.acceptsOlder = acceptsOlder
    options.copyRate = copyRate
    options.closePatience = copyRate == 0 ? 5_000_000_000 : 50_000_000
    options.report = { [heard] notice in heard.withLock { $0.append(notice) } }
    do throws(MetadataError) {
      try store.protect(options)
    } catch {
      store.close()
      throw error
    }
    return store
  }

  /// What the volumes have at this moment, as a crash that also takes the metadata disk leaves them.
  func copyOfVolumes() throws -> ProtectedStore {
    let other = try ProtectedStore()
    try Self.copyAll(care, to: other.care)
    return other
  }

  private static func copyAll(_ source: String, to target: String) throws {
    try PlainFile.makeDirectory(target)
    for name in try PlainFile.names(source) {
      let (from, to) = (source + "/" + name, target + "/" + name)
      if (try? Directory.list(from)) != nil {
        try copyAll(from, to: to)
      } else {
        try PlainFile.replace(to, with: PlainFile.read(from).bytes)
      }
    }
  }

  /// The metadata is gone.
  func loseMetadata() { Self.removeAll(metadata) }

  func rebuild() throws(MetadataError) -> RebuildReport {
    try MetadataRebuild(source: care, target: metadata).run()
  }

  func files(_ directory: String) -> [String] { (try? Directory.list(directory)) ?? [] }

  /// Replaces the bytes of a file.
  func change(_ file: String, _ body: (inout [UInt8]) -> Void) throws {
    var bytes = try PlainFile.read(file).bytes
    body(&bytes)
    try PlainFile.replace(file, with: bytes)
  }

  static func removeAll(_ path: String) {
    if unsafe unlink(path) == 0 { return }
    for name in (try? Directory.list(path)) ?? [] { removeAll(path + "/" + name) }
    unsafe rmdir(path)
  }
}

/// Waits until something holds, at most ten seconds.
func eventually(_ condition: () -> Bool) -> Bool {
  for _ in 0..<1000 {
    if condition() { return true }
    usleep(10_000)
  }
  return condition()
}
