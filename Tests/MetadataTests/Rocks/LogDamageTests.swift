import Metadata
import Ring
import Testing

@testable import Metadata

/// Damage in the middle of the write-ahead log is not taken for its torn end.
@Suite struct LogDamageTests {
  private static let groups = 60

  /// The files of a store with sixty groups in its log, as a crash would leave them.
  private func crashed() async throws -> (directory: TemporaryDirectory, log: String) {
    let (source, image) = (TemporaryDirectory(), TemporaryDirectory())
    let store = try openRocks(source)
    for index in 0..<Self.groups {
      try await store.put(key("\(100 + index)"), [UInt8](repeating: UInt8(index), count: 900))
    }
    try source.copyStore(to: image)
    store.close()
    let log = try #require(image.files().last { $0.hasSuffix(".log") })
    return (image, log)
  }

  /// How many groups a start finds; nil when it refuses.
  private func found(
    _ directory: TemporaryDirectory, acceptsDamagedLog: Bool = false
  ) async throws -> Int? {
    let store: RocksMetadata
    do throws(MetadataError) {
      store = try openRocks(directory) { $0.acceptsDamagedLog = acceptsDamagedLog }
    } catch {
      #expect(error.code == .corruption && error.message.contains("accept_damaged_log"), "\(error)")
      return nil
    }
    defer { store.close() }
    return try await store.entries(key("100"), key("999")).count
  }

  @Test func aSoundLogIsReplayed() async throws {
    #expect(try await found(crashed().directory) == Self.groups)
  }

  /// Wherever the log breaks off, the groups before it are there.
  @Test(arguments: [1, 7, 500, 1000, 32 << 10, 40_000])
  func aTornEndIsNoDamage(_ count: Int) async throws {
    let (directory, log) = try await crashed()
    try directory.truncate(log, by: count)
    let kept = try #require(try await found(directory))
    #expect(kept < Self.groups && kept >= Self.groups - 1 - count / 900)
  }

  /// Garbage in the last record is what a power cut leaves.
  @Test func aTurnedByteInTheLastGroupIsNoDamage() async throws {
    let (directory, log) = try await crashed()
    try directory.flipBits(log, at: directory.read(log).count - 20)
    #expect(try await found(directory) == Self.groups - 1)
  }

  @Test(arguments: [3, 600, 5_000, 20_000, 32_700, 33_000, 45_000])
  func aTurnedByteInTheMiddleIsRefused(_ offset: Int) async throws {
    let (directory, log) = try await crashed()
    try directory.flipBits(log, at: offset)
    #expect(try await found(directory) == nil)
    let kept = try #require(try await found(directory, acceptsDamagedLog: true))
    #expect(kept < Self.groups - 1)
  }

  /// Groups that a bad end hides may lie in a later log, with one between that holds nothing.
  @Test func aGapBetweenLogsIsFound() async throws {
    let (image, log) = try await crashed()
    let directory = TemporaryDirectory()
    try Directory.create(directory.store)
    let whole = try image.read(log)
    try directory.write("000004.log", Array(whole.dropLast(20)))
    try directory.write("000005.log", [])
    #expect(try LogDamage.find(in: directory.store, directory.files()) == nil)
    try directory.write("000006.log", whole)
    #expect(try LogDamage.find(in: directory.store, directory.files())?.file == "000004.log")
  }

  /// A store that was closed in good order does not depend on its log.
  @Test func closingLeavesNothingInTheLog() async throws {
    let directory = TemporaryDirectory()
    let store = try openRocks(directory)
    for index in 0..<Self.groups { try await store.put(key("\(100 + index)"), [1]) }
    store.close()
    for name in directory.files() where name.hasSuffix(".log") { try directory.write(name, []) }
    #expect(try await found(directory) == Self.groups)
  }
}
