import Testing

@testable import Objects
@testable import Server

/// What a configuration may say of volumes.
@Suite struct VolumePlanTests {
  private static func plan(
    _ directories: [String], _ change: (inout Configuration) -> Void = { _ in }
  ) throws(ConfigurationError) -> VolumePlan {
    var configuration = Configuration()
    configuration.volumes.directories = directories
    change(&configuration)
    return try VolumePlan(configuration)
  }

  @Test func namesAndDirectories() throws {
    let plan = try Self.plan(["hdd-1=/mnt/a", "b=/x=y"])
    #expect(
      plan.entries == [.init(name: "hdd-1", directory: "/mnt/a"), .init(name: "b", directory: "/x=y")])
    #expect(plan.classes.isEmpty)
  }

  @Test(arguments: [
    ["hdd"], ["=/a"], ["a="], ["a=relative"], ["main=/a"], ["A=/a"], ["a b=/a"], ["é=/a"], [""],
    [String(repeating: "n", count: 65) + "=/a"], ["a=/a", "a=/b"], ["a=/a", "b=/a"],
  ])
  func whatIsRefused(_ directories: [String]) {
    #expect(throws: ConfigurationError.self) { _ = try Self.plan(directories) }
  }

  @Test func classesLieOnVolumesThatThereAre() throws {
    let plan = try Self.plan(["a=/a", "b=/b"]) {
      $0.classes.glacierVolumes = ["b", "main"]
      $0.classes.standardVolumes = ["a"]
    }
    #expect(plan.classes.map(\.storageClass) == [.standard, .reducedRedundancy, .glacier])
    #expect(plan.classes.map(\.volumes) == [["a"], ["a"], ["b", "main"]])
    #expect(throws: ConfigurationError.self) {
      _ = try Self.plan(["a=/a"]) { $0.classes.archiveVolumes = ["b"] }
    }
  }

  /// Every class but REDUCED_REDUNDANCY, which lies with STANDARD, has a setting.
  @Test func everyClassCanBePlaced() throws {
    let names = Settings.all.map(\.name).filter { $0.hasPrefix("classes.") && $0.hasSuffix("_volumes") }
    #expect(names.count == StorageClass.allCases.count - 1)
    var configuration = Configuration()
    configuration.volumes.directories = ["a=/a"]
    for name in names { try configuration.apply(name, .list(["a"])) }
    #expect(Set(try VolumePlan(configuration).classes.map(\.storageClass)) == Set(StorageClass.allCases))
  }
}
