/// One setting as data: its name, unit, default and meaning, and how a written value is applied.
///
/// The example (`weir config example`, which lists every setting) and the reader of the file come from the
/// same rows, so neither can name a setting that does not exist.
package struct Setting: Sendable {
  /// Dotted: `timeouts.idle`.
  package let name: String
  /// What a value is: `seconds` style duration, `size`, `count`, `address`, …
  package let unit: String
  /// The default, as it would be written.
  package let defaultText: String
  /// One line for a person.
  package let summary: String
  let apply: @Sendable (inout Configuration, SettingValue) throws(ConfigurationError) -> Void
}

/// A value as a file or a command line gives it.
package enum SettingValue: Sendable, Hashable {
  case scalar(String)
  case list([String])
}

/// A configuration that cannot be used; the message says which setting, and what to write instead.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  package let message: String
  package init(_ message: String) { self.message = message }
  package var description: String { message }
}

extension Setting {
  static func text(
    _ name: String, _ path: any WritableKeyPath<Configuration, String> & Sendable, unit: String = "text",
    oneOf choices: [String] = [], _ summary: String
  ) -> Setting {
    Setting(name: name, unit: unit, defaultText: Configuration()[keyPath: path], summary: summary) {
      (configuration, value) throws(ConfigurationError) in
      let text = try value.single(name)
      guard choices.isEmpty || choices.contains(text) else {
        throw ConfigurationError(
          "\(name): \"\(text)\" is not one of \(choices.joined(separator: ", "))")
      }
      configuration[keyPath: path] = text
    }
  }

  static func list(
    _ name: String, _ path: any WritableKeyPath<Configuration, [String]> & Sendable, unit: String,
    lowercased: Bool = false, _ summary: String
  ) -> Setting {
    let texts = Configuration()[keyPath: path]
    return Setting(
      name: name, unit: unit, defaultText: "[" + texts.map { "\"\($0)\"" }.joined(separator: ", ") + "]",
      summary: summary
    ) { (configuration, value) throws(ConfigurationError) in
      let texts: [String] =
        switch value {
        case .list(let texts): texts
        case .scalar(let text): text.isEmpty ? [] : [text]
        }
      configuration[keyPath: path] = lowercased ? texts.map { $0.lowercased() } : texts
    }
  }

  static func number(
    _ name: String, _ path: any WritableKeyPath<Configuration, Int> & Sendable, unit: String = "count",
    _ range: ClosedRange<Int>, _ summary: String
  ) -> Setting {
    Setting(name: name, unit: unit, defaultText: "\(Configuration()[keyPath: path])", summary: summary) {
      (configuration, value) throws(ConfigurationError) in
      let text = try value.single(name)
      guard let number = Int(text), range.contains(number) else {
        throw ConfigurationError(
          "\(name): \"\(text)\" is not a number from \(range.lowerBound) to \(range.upperBound)")
      }
      configuration[keyPath: path] = number
    }
  }

  static func flag(
    _ name: String, _ path: any WritableKeyPath<Configuration, Bool> & Sendable, _ summary: String
  ) -> Setting {
    Setting(
      name: name, unit: "true or false", defaultText: "\(Configuration()[keyPath: path])",
      summary: summary
    ) { (configuration, value) throws(ConfigurationError) in
      let text = try value.single(name)
      guard let flag = Bool(text) else {
        throw ConfigurationError("\(name): \"\(text)\" is neither true nor false")
      }
      configuration[keyPath: path] = flag
    }
  }
}

extension SettingValue {
  func single(_ name: String) throws(ConfigurationError) -> String {
    guard case .scalar(let text) = self else {
      throw ConfigurationError("\(name): takes one value, not a list")
    }
    return text
  }
}
