import Access
import Foundation
import Glibc
import Primitives
import Testing

@testable import Server

@Suite struct DataDirectoryTests {
  let path = NSTemporaryDirectory() + "weir-\(UUID().uuidString)"

  @Test func makesAndReopens() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      let directory = try DataDirectory(path: path)
      let key = try KeyFile.load(path: directory.keyFile, metadata: directory.metadata)
      #expect(try SmallFile.mode(directory.keyFile) == 0o600)
      let sealed = key.seal([1, 2, 3], associatedData: [9])
      #expect(
        try KeyFile.load(path: directory.keyFile, metadata: directory.metadata).open(
          sealed, associatedData: [9]) == [1, 2, 3])
    }
    _ = try DataDirectory(path: path)
  }

  /// What root makes in another user's directory, that user's server could not read.
  @Test func rootIsSentToTheOwner() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = try DataDirectory(path: path)
    if geteuid() == 0 { #expect(unsafe chown(path, 4711, 4711) == 0) }
    let owner = try SmallFile.owner(path)
    try DataDirectory.checkUser(path, command: "weir fsck", user: owner)
    let error = #expect(throws: ConfigurationError.self) {
      try DataDirectory.checkUser(path, command: "weir fsck", user: 0)
    }
    #expect(error?.message.contains("sudo -u '#\(owner)' weir fsck") == true, "\(error?.message ?? "")")
    guard geteuid() == 0 else { return }
    let before = try FileManager.default.subpathsOfDirectory(atPath: path)
    for command in ["weir metadata", "weir fsck"] {
      let refusal = #expect(throws: ConfigurationError.self) {
        if command == "weir fsck" {
          _ = try OfflineCheck.run(data: path, readsData: false, repairs: false) { _, _, _ in }
        } else {
          _ = try MetadataTools(data: path)
        }
      }
      #expect(refusal?.message.contains(command) == true)
    }
    #expect(try FileManager.default.subpathsOfDirectory(atPath: path) == before)
  }

  @Test func onlyOneProcessAtATime() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let first = try DataDirectory(path: path)
    let error = #expect(throws: ConfigurationError.self) { _ = try DataDirectory(path: path) }
    #expect(error?.message.contains("in use") == true)
    withExtendedLifetime(first) {}
  }

  @Test(arguments: [
    ("weir data directory, format 2\n", "newer"), ("something else", "damaged"), ("", "damaged"),
    ("weir data directory, format 0\n", "damaged"), ("weir data directory, format -1\n", "damaged"),
  ])
  func refusesOtherFormats(text: String, message: String) throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try text.write(toFile: path + "/FORMAT", atomically: true, encoding: .utf8)
    let error = #expect(throws: ConfigurationError.self) { _ = try DataDirectory(path: path) }
    #expect(error?.message.contains(message) == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["FORMAT"])
  }

  @Test func refusesForeignDirectories() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try "x".write(toFile: path + "/precious", atomically: true, encoding: .utf8)
    let error = #expect(throws: ConfigurationError.self) { _ = try DataDirectory(path: path) }
    #expect(error?.message.contains("not empty") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["precious"])
  }

  /// What a crash leaves between the writing of FORMAT.new and its new name.
  @Test func anUnfinishedFirstStartIsNoObstacle() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try "weir data dir".write(toFile: path + "/FORMAT.new", atomically: true, encoding: .utf8)
    try "".write(toFile: path + "/lock", atomically: true, encoding: .utf8)
    _ = try DataDirectory(path: path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["FORMAT", "lock"])
    _ = try DataDirectory(path: path)
  }

  @Test func refusesRootCredentialsThatOthersCanRead() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let directory = try DataDirectory(path: path)
    _ = try RootCredentialsSource.load(configuration: Configuration(), directory: directory)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: directory.rootCredentialsFile)
    let error = #expect(throws: ConfigurationError.self) {
      _ = try RootCredentialsSource.load(configuration: Configuration(), directory: directory)
    }
    #expect(error?.message == "\(directory.rootCredentialsFile) can be read by others: chmod 600 it")
  }

  @Test func refusesAKeyFileThatOthersCanRead() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let directory = try DataDirectory(path: path)
    _ = try KeyFile.load(path: directory.keyFile, metadata: directory.metadata)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: directory.keyFile)
    let error = #expect(throws: ConfigurationError.self) {
      _ = try KeyFile.load(path: directory.keyFile, metadata: directory.metadata)
    }
    #expect(error?.message.contains("chmod 600") == true)
  }

  /// A new key would open none of the secrets there are.
  @Test func noKeyIsMadeForMetadataThatExists() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let directory = try DataDirectory(path: path)
    try FileManager.default.createDirectory(atPath: directory.metadata, withIntermediateDirectories: true)
    try "MANIFEST-000001\n".write(toFile: directory.metadata + "/CURRENT", atomically: true, encoding: .utf8)
    let error = #expect(throws: ConfigurationError.self) {
      _ = try KeyFile.load(path: directory.keyFile, metadata: directory.metadata)
    }
    #expect(error?.message.contains("restore it from a backup") == true)
    #expect(!FileManager.default.fileExists(atPath: directory.keyFile))
  }

  @Test func rootCredentialsAreMadeOnce() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let directory = try DataDirectory(path: path)
    let first = try RootCredentialsSource.load(configuration: Configuration(), directory: directory)
    let second = try RootCredentialsSource.load(configuration: Configuration(), directory: directory)
    #expect(first.isNew && !second.isNew)
    #expect(first.credentials.accessKeyID == second.credentials.accessKeyID)
    #expect(first.credentials.secretAccessKey == second.credentials.secretAccessKey)
    #expect(try SmallFile.mode(directory.rootCredentialsFile) == 0o600)
    var half = Configuration()
    half.root.accessKey = "only-one-half"
    #expect(throws: ConfigurationError.self) {
      _ = try RootCredentialsSource.load(configuration: half, directory: directory)
    }
  }
}
