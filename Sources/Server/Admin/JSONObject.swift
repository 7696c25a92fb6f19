import Primitives

/// Writes one JSON object; what is nil is left out.
struct JSONObject {
  private var text = "{"

  /// A member whose value is JSON already.
  mutating func add(_ name: StaticString, json: String) {
    text += text.utf8.count == 1 ? "\"\(name)\":" : ",\"\(name)\":"
    text += json
  }

  mutating func add(_ name: StaticString, _ value: String?) {
    if let value { add(name, json: JSONText.quoted(value)) }
  }

  mutating func add(_ name: StaticString, _ value: some BinaryInteger) {
    add(name, json: String(value))
  }

  mutating func add(_ name: StaticString, _ value: (some BinaryInteger)?) {
    if let value { add(name, json: String(value)) }
  }

  mutating func add(_ name: StaticString, _ value: Bool) {
    add(name, json: value ? "true" : "false")
  }

  mutating func add(_ name: StaticString, _ value: Timestamp?) {
    if let value { add(name, json: "\"\(value.iso8601)\"") }
  }

  mutating func add(_ name: StaticString, list: [String]) {
    add(name, json: "[\(list.joined(separator: ","))]")
  }

  /// The object.
  var json: String { text + "}" }
}
