/// A request method (RFC 9110 section 9). Methods are case-sensitive: `get` is `.other("get")`.
package enum HTTPMethod: Sendable, Hashable {
  case get
  case head
  case put
  case post
  case delete
  case options
  case patch
  /// Any other token, as the client spelled it.
  case other(String)

  /// The method as it stands in the request line.
  package var name: String {
    switch self {
    case .get: "GET"
    case .head: "HEAD"
    case .put: "PUT"
    case .post: "POST"
    case .delete: "DELETE"
    case .options: "OPTIONS"
    case .patch: "PATCH"
    case .other(let name): name
    }
  }

  /// The method a request line begins with. `token` holds token characters only.
  init(token: ByteView) {
    switch token.count {
    case 3 where token.holds("GET"): self = .get
    case 3 where token.holds("PUT"): self = .put
    case 4 where token.holds("HEAD"): self = .head
    case 4 where token.holds("POST"): self = .post
    case 5 where token.holds("PATCH"): self = .patch
    case 6 where token.holds("DELETE"): self = .delete
    case 7 where token.holds("OPTIONS"): self = .options
    // SAFETY: the text is made of the bytes before this returns.
    default: self = .other(unsafe String(decoding: token.raw, as: UTF8.self))
    }
  }
}
