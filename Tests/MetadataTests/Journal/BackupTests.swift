import Glibc
import Testing

@testable import Metadata

/// Backups to another directory.
@Suite struct BackupTests {
  @Test func aBackupIsRestoredAsItWas() async throws {
    let files = try ProtectedStore()
    let backups = BackupDirectory(files.path + "/backups")
    var store = try files.open()
    for index in 0..<200 { try await store.put(key("\(index)"), [UInt8](repeating: 5, count: 300)) }
    let before = try await store.entries()
    let first = try await store.backUp(to: backups, keep: 3)
    for index in 0..<50 { try await store.put(key("later\(index)"), [6]) }
    let second = try await store.backUp(to: backups, keep: 3)
    #expect(second.id == first.id + 1)
    #expect(try backups.list().map(\.id) == [first.id, second.id])
    store.close()
    files.loseMetadata()
    let restored = try MetadataRestore.run(from: backups, id: first.id, to: files.metadata)
    #expect(restored.backup.id == first.id)
    // The journal has more than the backup, but of another history: it is neither refused nor mixed in.
    store = try files.open()
    #expect(try await store.entries() == before)
    await store.journaled()
    try await store.put(key("new"), [7])
    store.close()
    files.loseMetadata()
    #expect(try files.rebuild().isComplete)
    store = try files.open()
    #expect(try await store.entries().count == before.count + 1)
    store.close()
  }

  /// Whatever the umask is: small objects and the key's copy are in there.
  @Test func nobodyElseCanReadIt() async throws {
    umask(0o022)
    let files = try ProtectedStore()
    let backups = BackupDirectory(files.path + "/backups")
    let plain = try RocksMetadata.open(path: files.metadata, blocking: testPool)
    try await plain.put(key("old"), [1])
    plain.close()
    let store = try files.open()
    for index in 0..<2 {
      try await store.put(key("\(index)"), [5])
      _ = try await store.backUp(to: backups, keep: 3)
    }
    await store.journaled()
    store.close()
    #expect(files.files(files.base + "/meta").count == 1)
    for directory in [backups.path, files.base] {
      #expect(try Self.modes(directory) == [0o700, 0o600], "\(directory)")
    }
    _ = try MetadataRestore.run(from: backups, id: nil, to: files.path + "/restored")
    var status = stat()
    #expect(unsafe stat(files.path + "/restored", &status) == 0 && status.st_mode & 0o777 == 0o700)
  }

  /// The modes of the directories and files below a directory.
  private static func modes(_ directory: String) throws -> Set<mode_t> {
    var modes: Set<mode_t> = []
    for name in try PlainFile.names(directory) {
      let path = directory + "/" + name
      var status = stat()
      try #require(unsafe lstat(path, &status) == 0)
      modes.insert(status.st_mode & 0o777)
      if status.st_mode & S_IFMT == S_IFDIR { try modes.formUnion(Self.modes(path)) }
    }
    return modes
  }

  /// A damaged file of a backup says what it likes.
  @Test func aTimeThatCannotBeIsNoTrap() async throws {
    let files = try ProtectedStore()
    let backups = BackupDirectory(files.path + "/backups")
    let store = try files.open()
    try await store.put(key("a"), [1])
    _ = try await store.backUp(to: backups, keep: 3)
    store.close()
    for time in ["9223372036854775807", "-9223372036854775807", "253402300800"] {
      try files.change(backups.path + "/meta/1") { bytes in
        let rest = bytes.drop { $0 != 10 }
        bytes = Array(time.utf8) + rest
      }
      #expect(try backups.list().map(\.milliseconds) == [0])
    }
    let schedule = BackupSchedule(directory: backups, intervalNanoseconds: 1_000, keep: 1)
    for milliseconds in [Int64.min, 0] {
      let newest = MetadataBackup(id: 1, milliseconds: milliseconds, bytes: 0, files: 0)
      #expect(schedule.wait(newest: newest, wallMilliseconds: 1_700_000_000_000) == 0)
    }
  }

  @Test func onlySoManyAreKept() async throws {
    let files = try ProtectedStore()
    let backups = BackupDirectory(files.path + "/backups")
    let store = try files.open()
    for index in 0..<5 {
      try await store.put(key("\(index)"), [1])
      _ = try await store.backUp(to: backups, keep: 2)
    }
    #expect(try backups.list().map(\.id) == [4, 5])
    store.close()
  }

  @Test func aDirectoryOfSomethingElseIsRefused() async throws {
    let files = try ProtectedStore()
    let store = try files.open()
    let other = files.path + "/other"
    try PlainFile.makeDirectory(other)
    try PlainFile.replace(other + "/mine", with: [1])
    await #expect(throws: MetadataError.self) {
      try await store.backUp(to: BackupDirectory(other), keep: 1)
    }
    #expect(files.files(other) == ["mine"])
    #expect(throws: MetadataError.self) { try BackupDirectory(other).list() }
    #expect(store.statistics().protection?.backupFailures == 1)
    store.close()
  }

  @Test func aDamagedBackupIsNotRestored() async throws {
    let files = try ProtectedStore()
    let backups = BackupDirectory(files.path + "/backups")
    let store = try files.open()
    for index in 0..<200 { try await store.put(key("\(index)"), [UInt8](repeating: 5, count: 300)) }
    let backup = try await store.backUp(to: backups, keep: 1)
    store.close()
    let table = try #require(files.files(backups.path + "/shared_checksum").first)
    try files.change(backups.path + "/shared_checksum/" + table) { $0[$0.count / 2] ^= 1 }
    #expect(throws: MetadataError.self) {
      try MetadataRestore.run(from: backups, id: backup.id, to: files.path + "/restored")
    }
  }

  @Test func closingDoesNotWaitForASlowBackup() async throws {
    let files = try ProtectedStore()
    let backups = BackupDirectory(files.path + "/backups")
    let store = try files.open(copyRate: 100_000)
    for index in 0..<100 {
      try await store.put(key("\(index)"), (0..<3000).map { _ in UInt8.random(in: 0...255) })
    }
    let backup = Task { try? await store.backUp(to: backups, keep: 1) }
    #expect(eventually { !files.files(backups.path + "/shared_checksum").isEmpty })
    let started = MonotonicClock.nanoseconds()
    store.close()
    #expect(MonotonicClock.nanoseconds() - started < 2_000_000_000)
    #expect(store.wasLeftOpen)
    // It goes on by itself, over a database that nobody has closed.
    #expect(await backup.value != nil)
    #expect(try backups.list().count == 1)
  }

  @Test func theScheduleTakesThemByItself() async throws {
    let files = try ProtectedStore()
    let backups = BackupDirectory(files.path + "/backups")
    let schedule = BackupSchedule(directory: backups, intervalNanoseconds: 50_000_000, keep: 2)
    let store = try files.open(schedule: schedule)
    #expect(eventually { store.statistics().protection?.backups ?? 0 >= 3 })
    store.close()
    #expect(try backups.list().count == 2)
  }

  @Test func theScheduleGoesOnWhereItWas() {
    let schedule = BackupSchedule(
      directory: BackupDirectory("/x"), intervalNanoseconds: 3_600_000_000_000, keep: 1)
    let newest = MetadataBackup(id: 1, milliseconds: 1_000_000, bytes: 0, files: 0)
    #expect(schedule.wait(newest: nil, wallMilliseconds: 5) == 0)
    #expect(schedule.wait(newest: newest, wallMilliseconds: 1_600_000) == 3_000_000_000_000)
    #expect(schedule.wait(newest: newest, wallMilliseconds: 9_000_000) == 0)
    #expect(schedule.wait(newest: newest, wallMilliseconds: 0) == 3_600_000_000_000)
    #expect(schedule.retryNanoseconds == 600_000_000_000)
  }
}
