package import Logging
import Primitives

/// A swift-log handler that writes one line for each event, as text for people or as JSON for collectors.
package struct LogLineHandler: LogHandler {
  package enum Format: String, Sendable {
    case text, json
  }

  package var metadata: Logger.Metadata = [:]
  package var logLevel: Logger.Level
  private let sink: LineSink
  private let format: Format

  package init(sink: LineSink, level: Logger.Level, format: Format) {
    self.sink = sink
    self.logLevel = level
    self.format = format
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var fields = metadata
    if let own = event.metadata { fields.merge(own) { $1 } }
    // Dictionary order must never reach output.
    let sorted = fields.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    let time = Timestamp.now().iso8601
    let line =
      switch format {
      case .text: LogLineHandler.text(time, event.level, "\(event.message)", sorted)
      case .json: LogLineHandler.json(time, event.level, "\(event.message)", sorted)
      }
    sink.write(Array((line + "\n").utf8))
  }

  static func text(
    _ time: String, _ level: Logger.Level, _ message: String, _ fields: [(String, String)]
  ) -> String {
    var line = "\(time) \(level.rawValue.uppercased()) \(clean(message))"
    for (name, value) in fields { line += " \(name)=\(quoted(value))" }
    return line
  }

  static func json(
    _ time: String, _ level: Logger.Level, _ message: String, _ fields: [(String, String)]
  ) -> String {
    var line = "{\"time\":\"\(time)\",\"level\":\"\(level.rawValue)\",\"message\":\(JSONText.quoted(message))"
    for (name, value) in fields { line += ",\(JSONText.quoted(name)):\(JSONText.quoted(value))" }
    return line + "}"
  }

  /// A client's text must not forge a log line of its own.
  private static func clean(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) })
  }

  private static func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
    return plain && !text.isEmpty ? text : JSONText.quoted(text)
  }
}
