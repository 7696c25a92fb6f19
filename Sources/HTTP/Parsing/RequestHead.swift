/// A request's head, parsed and checked (RFC 9112 section 3 and RFC 9110 section 7). Two arrays and one object
/// carry all of it; a copy is one reference.
package struct RequestHead: Sendable {
  /// How the request's body ends (RFC 9112 section 6.3).
  package enum Framing: Sendable, Hashable {
    /// No body.
    case none
    /// As many bytes as Content-Length says, which may be zero.
    case length(UInt64)
    /// Chunks.
    case chunked
  }

  /// What the parser found; behind one reference, because a request is handed on more often than it is looked at.
  private let core: Core

  private final class Core: Sendable {
    let method: HTTPMethod
    let minorVersion: Int
    let headers: HeaderFields
    let framing: Framing
    let expectsContinue: Bool
    let wantsKeepAlive: Bool
    let parts: Parts

    init(
      _ method: HTTPMethod, _ minorVersion: Int, _ headers: HeaderFields, _ framing: Framing,
      expectsContinue: Bool, wantsKeepAlive: Bool, _ parts: Parts
    ) {
      self.method = method
      self.minorVersion = minorVersion
      self.headers = headers
      self.framing = framing
      self.expectsContinue = expectsContinue
      self.wantsKeepAlive = wantsKeepAlive
      self.parts = parts
    }
  }

  /// Where the parts of the target lie in the head's bytes.
  struct Parts: Sendable {
    var target = 0..<0
    /// Empty for an absolute-form target without a path, which means `/`.
    var path = 0..<0
    var query: Range<Int>?
  }

  init(
    method: HTTPMethod, minorVersion: Int, headers: HeaderFields, framing: Framing, expectsContinue: Bool,
    wantsKeepAlive: Bool, parts: Parts
  ) {
    core = Core(
      method, minorVersion, headers, framing, expectsContinue: expectsContinue,
      wantsKeepAlive: wantsKeepAlive, parts)
  }

  package var method: HTTPMethod { core.method }

  /// 1 for HTTP/1.1, 0 for HTTP/1.0.
  package var minorVersion: Int { core.minorVersion }

  package var headers: HeaderFields { core.headers }

  package var framing: Framing { core.framing }

  /// Whether the client waits for `100 Continue` before it sends the body.
  package var expectsContinue: Bool { core.expectsContinue }

  /// Whether the client wants the connection to stay open (RFC 9112 section 9.3).
  package var wantsKeepAlive: Bool { core.wantsKeepAlive }

  /// The target as sent.
  package var target: ArraySlice<UInt8> { core.headers.bytes[core.parts.target] }

  /// The target's path as sent, up to `?`; it begins with `/`. Scheme and authority are stripped.
  package var path: ArraySlice<UInt8> {
    core.parts.path.isEmpty ? [UInt8(ascii: "/")] : core.headers.bytes[core.parts.path]
  }

  /// What follows the first `?` as sent, empty if nothing follows it; nil without `?`.
  package var query: ArraySlice<UInt8>? { core.parts.query.map { core.headers.bytes[$0] } }

  /// Bytes of the head, its final empty line included.
  package var headByteCount: Int { core.headers.bytes.count }
}
