import Foundation
import Testing

@testable import Server

/// Data whose parts do not fit together is refused, and left as it is.
@Suite struct StoredDataTests {
  let path = NSTemporaryDirectory() + "weir-\(UUID().uuidString)"

  private func withDirectory(_ body: (DataDirectory) throws -> Void) throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(DataDirectory(path: path))
  }

  private func make(_ file: String) throws {
    let url = URL(fileURLWithPath: path + "/" + file)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data().write(to: url)
  }

  /// Every path below the directory.
  private func everything() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
  }

  private func expectRefusal(_ text: String, _ body: () throws -> Void) throws {
    let before = try everything()
    let error = #expect(throws: ConfigurationError.self) { try body() }
    #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
    #expect(try everything() == before)
  }

  @Test func aNewDirectoryIsFine() throws {
    try withDirectory { directory in
      try StoredData.check(directory)
      try StoredData.check(directory, namesSegments: false)
      try make("metadata/CURRENT")
      try StoredData.check(directory)
    }
  }

  @Test(arguments: [
    "volumes/segments/00000001.seg", "volumes/metadata/journal/00000001.journal",
    "volumes/metadata/base/meta/3",
  ])
  func dataWithoutMetadataIsRefused(_ kept: String) throws {
    try withDirectory { directory in
      try make("volumes/volume")
      try StoredData.check(directory)
      try make(kept)
      try expectRefusal("weir metadata rebuild") { try StoredData.check(directory) }
      // A directory without CURRENT is no metadata either.
      try make("metadata/000004.log")
      try expectRefusal("weir metadata rebuild") { try StoredData.check(directory) }
      try make("metadata/CURRENT")
      try StoredData.check(directory)
    }
  }

  @Test func metadataWithoutItsVolumeIsRefused() throws {
    try withDirectory { directory in
      try make("metadata/CURRENT")
      try StoredData.check(directory, namesSegments: false)
      try expectRefusal("half a copy") { try StoredData.check(directory, namesSegments: true) }
      try make("volumes/volume")
      try StoredData.check(directory, namesSegments: true)
    }
  }

  @Test func anInterruptedRebuildIsRefused() throws {
    try withDirectory { directory in
      try make("metadata/CURRENT")
      try make("metadata-incomplete")
      try expectRefusal("was interrupted") { try StoredData.check(directory) }
    }
  }

  @Test func volumesAloneNameTheWayBack() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try make("volumes/volume")
    try expectRefusal("weir metadata rebuild") { _ = try DataDirectory(path: path) }
    _ = try MetadataTools(data: path, adopts: true)
    #expect(try everything().contains("FORMAT"))
  }

  @Test func theToolsRefuseWhatIsNotThere() throws {
    let error = #expect(throws: ConfigurationError.self) { _ = try MetadataTools(data: path) }
    #expect(error?.message.contains("no data directory") == true)
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
