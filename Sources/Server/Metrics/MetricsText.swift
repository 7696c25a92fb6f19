/// Writes the Prometheus text exposition format, version 0.0.4.
///
/// <https://prometheus.io/docs/instrumenting/exposition_formats/>
package struct MetricsText {
  package private(set) var bytes: [UInt8] = []

  package init() { bytes.reserveCapacity(32 << 10) }

  package enum Kind: String {
    case counter, gauge, histogram
  }

  /// The head of a metric: once before its samples.
  package mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    line("# HELP \(name) \(help)")
    line("# TYPE \(name) \(kind.rawValue)")
  }

  /// One sample. Label values are escaped here.
  package mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
    line("\(name)\(MetricsText.labels(labels)) \(MetricsText.number(value))")
  }

  package mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: UInt64) {
    line("\(name)\(MetricsText.labels(labels)) \(value)")
  }

  /// A metric of one sample.
  package mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
    family(name, kind, help)
    sample(name, [], value)
  }

  package mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: UInt64) {
    family(name, kind, help)
    sample(name, [], value)
  }

  /// Metrics of one sample each: name, help, value.
  package mutating func singles(_ kind: Kind, _ metrics: [(String, String, UInt64)]) {
    for (name, help, value) in metrics { single(name, kind, help, value) }
  }

  private mutating func line(_ text: String) {
    bytes += text.utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func labels(_ labels: [(String, String)]) -> String {
    guard !labels.isEmpty else { return "" }
    return "{" + labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",") + "}"
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  private static func number(_ value: Double) -> String {
    if let whole = Int64(exactly: value) { return "\(whole)" }
    return value.isInfinite ? "+Inf" : "\(value)"
  }
}
