import Flow
import Primitives

extension Setting {
  /// A size in units people write: `64MiB`.
  static func size(
    _ name: String, _ path: any WritableKeyPath<Configuration, Int> & Sendable, _ range: ClosedRange<Int>,
    _ summary: String
  ) -> Setting {
    let written = ByteCount(UInt64(Configuration()[keyPath: path])).formatted
    return Setting(name: name, unit: "size", defaultText: written, summary: summary) {
      (configuration, value) throws(ConfigurationError) in
      let text = try value.single(name)
      guard let size = try? ByteCount.parse(text), let bytes = Int(exactly: size.bytes),
        range.contains(bytes)
      else {
        throw ConfigurationError(
          "\(name): \"\(text)\" is not a size from \(ByteCount(UInt64(range.lowerBound)).formatted)"
            + " to \(ByteCount(UInt64(range.upperBound)).formatted), such as \(written)")
      }
      configuration[keyPath: path] = bytes
    }
  }

  /// A duration in units people write: `75s`.
  static func duration(
    _ name: String, _ path: any WritableKeyPath<Configuration, Duration> & Sendable,
    _ range: ClosedRange<Duration>, _ summary: String
  ) -> Setting {
    let written = DurationText.format(Configuration()[keyPath: path])
    return Setting(name: name, unit: "duration", defaultText: written, summary: summary) {
      (configuration, value) throws(ConfigurationError) in
      let text = try value.single(name)
      guard let duration = try? DurationText.parse(text), range.contains(duration) else {
        throw ConfigurationError(
          "\(name): \"\(text)\" is not a duration from \(DurationText.format(range.lowerBound))"
            + " to \(DurationText.format(range.upperBound)), such as \(written)")
      }
      configuration[keyPath: path] = duration
    }
  }

  /// A rate in units people write: `5Gbps`.
  static func rate(
    _ name: String, _ path: any WritableKeyPath<Configuration, UInt64> & Sendable, _ summary: String
  ) -> Setting {
    let written = Bandwidth(bytesPerSecond: Configuration()[keyPath: path]).formatted
    return Setting(name: name, unit: "rate", defaultText: written, summary: summary) {
      (configuration, value) throws(ConfigurationError) in
      let text = try value.single(name)
      guard let rate = try? Bandwidth.parse(text), rate.bytesPerSecond <= NodeSettings.highestRate else {
        throw ConfigurationError("\(name): \"\(text)\" is not a rate up to 1PB/s, such as 5Gbps or 100MiB/s")
      }
      configuration[keyPath: path] = rate.bytesPerSecond
    }
  }
}
