import Primitives
import Server

/// The body of a request to the admin API: an object of members that are there.
struct JSONBody {
  private var members: [String] = []

  mutating func add(_ name: String, _ value: String?) {
    if let value { members.append("\"\(name)\":\(JSONText.quoted(value))") }
  }

  /// A member whose value is JSON already.
  mutating func add(_ name: String, json: String) { members.append("\"\(name)\":\(json)") }

  mutating func add(_ name: String, _ value: some BinaryInteger) { members.append("\"\(name)\":\(value)") }

  mutating func add(_ name: String, _ value: Bool) { members.append("\"\(name)\":\(value)") }

  var text: String { "{\(members.joined(separator: ","))}" }
}
