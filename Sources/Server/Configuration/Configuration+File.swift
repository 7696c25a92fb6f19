import Glibc
import Yams

extension Configuration {
  /// Applies a YAML document: nested mappings name dotted settings.
  ///
  /// - Throws: `ConfigurationError` for what is not YAML, for unknown settings and for bad values.
  package mutating func apply(yaml: String) throws(ConfigurationError) {
    let node: Node?
    do { node = try Yams.compose(yaml: yaml) } catch {
      throw ConfigurationError("not valid YAML: \(error)")
    }
    guard let node else { return }
    for (name, value) in try Configuration.flatten(node, prefix: "") {
      let setting = try Settings.named(name)
      try setting.apply(&self, value)
    }
  }

  /// Applies the YAML file at `path`. - Throws: `ConfigurationError` naming the file.
  package mutating func apply(file path: String) throws(ConfigurationError) {
    guard let bytes = try SmallFile.read(path) else {
      throw ConfigurationError("the configuration file \(path) does not exist")
    }
    do throws(ConfigurationError) {
      try apply(yaml: String(decoding: bytes, as: Unicode.UTF8.self))
    } catch { throw ConfigurationError("\(path): \(error.message)") }
  }

  /// Takes the root credentials from the environment, where they are set.
  package mutating func applyEnvironment() {
    // SAFETY: getenv's text is copied at once, before any thread could change the environment.
    if let text = unsafe getenv("WEIR_ROOT_ACCESS_KEY") { unsafe root.accessKey = String(cString: text) }
    if let text = unsafe getenv("WEIR_ROOT_SECRET_KEY") { unsafe root.secretKey = String(cString: text) }
  }

  /// Applies one setting by its dotted name, as `--set NAME=VALUE` does.
  package mutating func apply(_ name: String, _ value: SettingValue) throws(ConfigurationError) {
    try Settings.named(name).apply(&self, value)
  }

  private static func flatten(
    _ node: Node, prefix: String
  ) throws(ConfigurationError) -> [(String, SettingValue)] {
    switch node {
    case .mapping(let mapping):
      var values: [(String, SettingValue)] = []
      for (key, value) in mapping {
        guard let name = key.string else { throw ConfigurationError("\(prefix): a key is not text") }
        values += try flatten(value, prefix: prefix.isEmpty ? name : prefix + "." + name)
      }
      return values
    case .sequence(let sequence):
      var texts: [String] = []
      for item in sequence {
        guard case .scalar(let scalar) = item else {
          throw ConfigurationError("\(prefix): a list holds plain values only")
        }
        texts.append(scalar.string)
      }
      return [(prefix, .list(texts))]
    case .scalar(let scalar):
      guard !prefix.isEmpty else { throw ConfigurationError("expected settings, found \(scalar.string)") }
      return [(prefix, .scalar(scalar.string))]
    case .alias:
      throw ConfigurationError("\(prefix): aliases are not supported")
    }
  }

  /// The example configuration: every setting, commented out, with unit and default.
  package static var example: String {
    var text = """
      # Weir's configuration: every setting with its unit and default. Uncomment what you change.
      # Start with: weir serve --config THIS-FILE

      """
    var section = ""
    for setting in Settings.all {
      let parts = setting.name.split(separator: ".").map(String.init)
      let value = setting.defaultText.isEmpty ? "\"\"" : setting.defaultText
      if parts.count == 2, parts[0] != section { text += "\n#\(parts[0]):\n" }
      if parts.count == 1 { text += "\n" }
      section = parts.count == 2 ? parts[0] : ""
      let indent = parts.count == 2 ? "  " : ""
      text += "\(indent)# \(setting.summary) (\(setting.unit))\n"
      text += "\(indent.isEmpty ? "#" : "#  ")\(parts[parts.count - 1]): \(value)\n"
    }
    return text
  }
}
