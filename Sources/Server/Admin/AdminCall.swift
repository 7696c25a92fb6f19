import API
import Foundation
import HTTP
import Primitives

/// A request of `/v1/…`, taken apart; its signature is verified.
struct AdminCall {
  let method: HTTPMethod
  /// What stands behind `/v1`, percent-decoded: at least one.
  let path: [String]
  let query: QueryParameters
  let body: [UInt8]

  /// - Throws: 400 where the target does not decode, 404 for a path that is not below `/v1/`.
  init(_ method: HTTPMethod, path: String, query: ArraySlice<UInt8>?, body: [UInt8]) throws(AdminProblem) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[0].isEmpty, parts[1] == "v1" else {
      throw AdminProblem(404, "there is nothing at \(path)")
    }
    var decoded: [String] = []
    for part in parts.dropFirst(2) {
      guard let bytes = PercentEncoding.decode(part.utf8, plusIsSpace: false), UTF8.isValid(bytes) else {
        throw AdminProblem(400, "the path \(path) is not well escaped")
      }
      decoded.append(String(decoding: bytes, as: Unicode.UTF8.self))
    }
    self.method = method
    self.path = decoded
    self.body = body
    do throws(S3Error) { self.query = try QueryParameters(query) } catch {
      throw AdminProblem(400, "the query is not well escaped")
    }
  }

  /// The body as JSON. `form` shows what was expected.
  func decode<Form: Decodable>(_ type: Form.Type, _ form: String) throws(AdminProblem) -> Form {
    guard let value = try? JSONDecoder().decode(type, from: Data(body)) else {
      throw AdminProblem(400, "the body must be \(form)")
    }
    return value
  }

  /// A parameter of the query; nil without it.
  func parameter(_ name: StaticString) throws(AdminProblem) -> String? {
    do throws(S3Error) { return try query.string(name) } catch {
      throw AdminProblem(400, "the query's \(name) is not UTF-8")
    }
  }

  /// A number in the query, brought into `range`.
  func count(
    _ name: StaticString, _ range: ClosedRange<Int>, default standard: Int
  ) throws(AdminProblem) -> Int {
    guard let text = try parameter(name) else { return standard }
    guard let number = Int(text) else { throw AdminProblem(400, "the query's \(name) is not a number") }
    return min(max(number, range.lowerBound), range.upperBound)
  }

  /// Nothing answers here.
  var nothing: AdminProblem { AdminProblem(404, "there is nothing at /v1/\(path.joined(separator: "/"))") }

  /// Another method is wanted.
  func use(_ methods: String) -> AdminProblem { AdminProblem(405, "use \(methods)") }
}
