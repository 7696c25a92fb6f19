/// A request's head, parsed and checked (RFC 9112 section 3 and RFC 9110 section 7). Immutable; boxed because a
/// request is handed on more often than it is looked at.
package final class RequestHead: Sendable {
  /// How the request's body ends (RFC 9112 section 6.3).
  package enum Framing: Sendable, Hashable {
    /// No body.
    case none
    /// As many bytes as Content-Length says, which may be zero.
    case length(UInt64)
    /// Chunks.
    case chunked
  }

  /// Where the parts of the target lie in the head's bytes.
  struct Parts: Sendable {
    var target = 0..<0
    /// Empty for an absolute-form target without a path, which means `/`.
    var path = 0..<0
    var query: Range<Int>?
  }

  package let method: HTTPMethod
  /// 1 for HTTP/1.1 and what may follow it, 0 for HTTP/1.0.
  package let minorVersion: Int
  package let headers: HeaderFields
  package let framing: Framing
  /// Whether the client waits for `100 Continue` before it sends the body.
  package let expectsContinue: Bool
  /// Whether the client wants the connection to stay open (RFC 9112 section 9.3).
  package let wantsKeepAlive: Bool
  private let parts: Parts

  init(
    method: HTTPMethod, minorVersion: Int, headers: HeaderFields, framing: Framing, expectsContinue: Bool,
    wantsKeepAlive: Bool, parts: Parts
  ) {
    self.method = method
    self.minorVersion = minorVersion
    self.headers = headers
    self.framing = framing
    self.expectsContinue = expectsContinue
    self.wantsKeepAlive = wantsKeepAlive
    self.parts = parts
  }

  /// The target as sent.
  package var target: ArraySlice<UInt8> { headers.bytes[parts.target] }

  /// The target's path as sent, up to `?`; it begins with `/`. Scheme and authority are stripped.
  package var path: ArraySlice<UInt8> {
    parts.path.isEmpty ? [UInt8(ascii: "/")] : headers.bytes[parts.path]
  }

  /// What follows the first `?` as sent, empty if nothing follows it; nil without `?`.
  package var query: ArraySlice<UInt8>? { parts.query.map { headers.bytes[$0] } }

  /// Bytes of the head, its final empty line included.
  package var headByteCount: Int { headers.bytes.count }
}
