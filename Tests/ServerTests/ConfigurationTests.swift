import Foundation
import Testing

@testable import Server
@testable import Volumes

@Suite struct ConfigurationTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func theExampleIsTheOneInDeploy() throws {
    let file = Self.root.appendingPathComponent("deploy/weir.example.yaml")
    let text = try String(decoding: Data(contentsOf: file), as: Unicode.UTF8.self)
    #expect(
      text == Configuration.example, "write it anew: bin/weir config example > deploy/weir.example.yaml")
  }

  @Test func everySettingTakesItsOwnDefault() throws {
    for setting in Settings.all {
      var configuration = Configuration()
      let text = setting.defaultText
      let value: SettingValue =
        text.hasPrefix("[")
        ? .list(
          text.dropFirst().dropLast().split(separator: ", ").map { String($0.dropFirst().dropLast()) })
        : .scalar(text)
      try setting.apply(&configuration, value)
      #expect("\(configuration)" == "\(Configuration())", "\(setting.name) \(text)")
      #expect(!setting.summary.isEmpty && !setting.unit.isEmpty)
    }
  }

  @Test func theExampleUncommentedIsAccepted() throws {
    let lines = Configuration.example.split(separator: "\n", omittingEmptySubsequences: false)
    let yaml = lines.filter { $0.hasPrefix("#") && ($0.hasPrefix("#  ") || !$0.hasPrefix("# ")) }
      .map { $0.dropFirst() }
    var configuration = Configuration()
    try configuration.apply(yaml: yaml.joined(separator: "\n"))
    #expect("\(configuration)" == "\(Configuration())")
  }

  /// What a setting takes is what the layer below it keeps, neither more nor less.
  @Test func rangesOfVolumesAreThoseOfTheVolumes() throws {
    func isTaken(_ name: String, _ bytes: Int) throws -> Bool {
      var configuration = Configuration()
      do throws(ConfigurationError) {
        try Settings.named(name).apply(&configuration, .scalar("\(bytes)"))
      } catch { return false }
      var options = VolumeOptions()
      options.segmentSize = UInt64(configuration.volumes.segmentSize)
      options.packThreshold = configuration.volumes.packThreshold
      let kept = VolumeLimits.clamped(options)
      #expect(kept.segmentSize == options.segmentSize && kept.packThreshold == options.packThreshold)
      return true
    }
    #expect(try isTaken("volumes.segment_size", 1 << 20) && isTaken("volumes.segment_size", 4 << 30))
    #expect(try !isTaken("volumes.segment_size", (1 << 20) - 1))
    #expect(try !isTaken("volumes.segment_size", (4 << 30) + 1))
    #expect(try isTaken("volumes.pack_threshold", 0) && isTaken("volumes.pack_threshold", 128 << 10))
    #expect(try !isTaken("volumes.pack_threshold", (128 << 10) + 1))
  }

  @Test func readsYAML() throws {
    var configuration = Configuration()
    try configuration.apply(
      yaml: """
        listen: ["0.0.0.0:9000", "[::]:9000"]
        rings: 3
        timeouts:
          idle: 2m
          minimum_rate: 4KiB
        metadata:
          block_cache: 128MiB
        """)
    #expect(configuration.listen == ["0.0.0.0:9000", "[::]:9000"])
    #expect(configuration.rings == 3)
    #expect(configuration.timeouts.idle == .seconds(120))
    #expect(configuration.timeouts.minimumRate == 4_096)
    #expect(configuration.metadata.blockCache == 128 << 20)
  }

  @Test(arguments: [
    ("rigns: 2", "did you mean \"rings\""), ("timeouts:\n  idel: 3s", "did you mean \"timeouts.idle\""),
    ("rings: many", "is not a number"), ("rings: 99999999", "from 0 to 1024"),
    ("io: kqueue", "auto, uring, poll"), ("timeouts:\n  idle: 0s", "from 1s"),
    ("pin_rings: maybe", "neither true nor false"), ("data: [a, b]", "takes one value"),
    ("listen: {a: b}", "unknown setting"), ("[1, 2", "not valid YAML"),
    ("limits:\n  headers: 12", "is not a size"),
  ])
  func refuses(yaml: String, message: String) {
    var configuration = Configuration()
    let error = #expect(throws: ConfigurationError.self) { try configuration.apply(yaml: yaml) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test func noSecretInADescription() throws {
    var configuration = Configuration()
    try configuration.apply("root.secret_key", .scalar("very-secret-value"))
    #expect(!"\(configuration.root)".contains("very-secret-value"))
  }
}
