import Glibc
import Metadata
import Ring
import Testing

/// A damaged directory gives a typed error, at opening or at reading; never a trap, never wrong bytes.
@Suite struct DamageTests {
  /// A copy of a store with tables and a log: reopening flushes what the log held.
  private func filled() throws -> TemporaryDirectory {
    let directory = TemporaryDirectory()
    try Self.template.get().copyStore(to: directory)
    return directory
  }

  private static let template = Result<TemporaryDirectory, MetadataError> { () throws(MetadataError) in
    let directory = TemporaryDirectory()
    for round in 0..<3 {
      var entries = (0..<400).map { (key: key("\(round)/\(1000 + $0)"), value: value($0)) }
      entries.append((key("count"), CounterValue.encode(Int64(400 * round))))
      try StoreSurgery.write(directory, entries)
    }
    return directory
  }

  private static func value(_ index: Int) -> [UInt8] {
    (0..<300).map { UInt8(truncatingIfNeeded: $0 * index) }
  }

  private func openError(_ directory: TemporaryDirectory) -> MetadataError.Code? {
    do throws(MetadataError) {
      try openRocks(directory).close()
      return nil
    } catch {
      return error.code
    }
  }

  @Test(arguments: ["CURRENT", "MANIFEST"])
  func aMissingFileIsNotAnEmptyStore(_ name: String) async throws {
    let directory = try filled()
    let file = try #require(directory.files().first { $0.hasPrefix(name) })
    try Directory.remove(file: "\(directory.store)/\(file)")
    let code = openError(directory)
    #expect(code == .corruption || code == .io)
  }

  @Test func aMissingTableIsNoticed() async throws {
    let directory = try filled()
    let file = try #require(directory.files().first { $0.hasSuffix(".sst") })
    try Directory.remove(file: "\(directory.store)/\(file)")
    let code = openError(directory)
    #expect(code == .corruption || code == .io)
  }

  @Test(arguments: 0..<40)
  func flippedBitsNeverGiveWrongBytes(_ seed: Int) async throws {
    let directory = try filled()
    let kinds = [".sst", "MANIFEST", "CURRENT", ".sst", ".log"]
    let kind = kinds[seed % kinds.count]
    let candidates = directory.files().filter { $0.contains(kind) }
    let file = try #require(candidates.randomElement())
    try directory.flipBits(file, at: Int.random(in: 0..<1 << 20))
    let store: RocksMetadata
    do throws(MetadataError) {
      store = try openRocks(directory)
    } catch {
      #expect([.corruption, .io, .format].contains(error.code), "\(error)")
      return
    }
    do throws(MetadataError) {
      for entry in try await store.entries(key("0/"), key("3/")) {
        let index = Int(String(decoding: entry.key.dropFirst(3), as: UTF8.self)).map { $0 - 1000 }
        #expect(index.map(Self.value) == entry.value)
      }
    } catch {
      #expect(error.code == .corruption || error.code == .io, "\(error)")
    }
    // The committer meets the damage too, and lives.
    do throws(MetadataError) {
      try await store.update(.system) { txn throws(MetadataError) in
        _ = try txn.scan(prefix: key(""), limit: 2000)
        _ = try txn.get(key("0/1000"))
        txn.addCounter(key("count"), 1)
      }
    } catch {
      #expect(error.code == .corruption || error.code == .io, "\(error)")
    }
    store.close()
  }

  @Test func aNewerFormatIsRefused() async throws {
    let directory = try filled()
    try StoreSurgery.write(directory, [(key: [0, UInt8(ascii: "f")], value: [9])])
    #expect(openError(directory) == .format)
    try StoreSurgery.write(directory, [(key: [0, UInt8(ascii: "f")], value: [])])
    #expect(openError(directory) == .corruption)
  }

  @Test(arguments: [[], [1], [2, 0, 0, 0, 0, 0, 0, 0, 1], [UInt8](repeating: 1, count: 20)] as [[UInt8]])
  func aDamagedClockIsRefused(_ record: [UInt8]) async throws {
    let directory = try filled()
    try StoreSurgery.write(directory, [(key: [0, UInt8(ascii: "h")], value: record)])
    #expect(openError(directory) == .corruption)
  }

  @Test func aClockAtTheEndOfTimeStandsStill() async throws {
    let directory = try filled()
    try StoreSurgery.write(
      directory, [(key: [0, UInt8(ascii: "h")], value: [1] + [UInt8](repeating: 0xFF, count: 8))])
    let store = try openRocks(directory)
    for _ in 0..<3 { try await store.put(key("x"), [1]) }
    #expect(store.statistics().clockAheadMilliseconds > 0)
    store.close()
  }

  @Test func twoOpenersExcludeEachOther() async throws {
    let directory = TemporaryDirectory()
    let store = try openRocks(directory)
    #expect(openError(directory) == .locked)
    store.close()
    #expect(openError(directory) == nil)
  }

  @Test func aPathThatIsNoDirectoryIsAnError() async throws {
    let directory = TemporaryDirectory()
    let descriptor = unsafe open(directory.store, O_CREAT | O_WRONLY, 0o600)
    #expect(descriptor >= 0)
    close(descriptor)
    #expect(openError(directory) == .io)
    unsafe unlink(directory.store)
  }
}
