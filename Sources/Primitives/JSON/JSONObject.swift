/// Writes one JSON object; what is nil is left out.
package struct JSONObject {
  private var text = "{"

  package init() {}

  /// A member whose value is JSON already.
  package mutating func add(_ name: StaticString, json: String) {
    text += text.utf8.count == 1 ? "\"\(name)\":" : ",\"\(name)\":"
    text += json
  }

  package mutating func add(_ name: StaticString, _ value: String?) {
    if let value { add(name, json: JSONText.quoted(value)) }
  }

  package mutating func add(_ name: StaticString, _ value: some BinaryInteger) {
    add(name, json: String(value))
  }

  package mutating func add(_ name: StaticString, _ value: (some BinaryInteger)?) {
    if let value { add(name, json: String(value)) }
  }

  package mutating func add(_ name: StaticString, _ value: Bool) {
    add(name, json: value ? "true" : "false")
  }

  package mutating func add(_ name: StaticString, _ value: Timestamp?) {
    if let value { add(name, json: "\"\(value.iso8601)\"") }
  }

  package mutating func add(_ name: StaticString, list: [String]) {
    add(name, json: "[\(list.joined(separator: ","))]")
  }

  /// The object.
  package var json: String { text + "}" }
}
