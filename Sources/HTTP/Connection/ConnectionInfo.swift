package import Ring

/// What a handler may know of the connection a request came on. Immutable; boxed because every request hands it on.
package final class ConnectionInfo: Sendable {
  /// The client's address.
  package let peer: SocketAddress
  /// The listener's address: what was bound, not the interface the client reached.
  package let local: SocketAddress
  /// Nil on a plain connection.
  package let tls: TLSInfo?
  /// The name that `HTTPServer.listen` was given.
  package let listenerName: String

  init(peer: SocketAddress, local: SocketAddress, tls: TLSInfo?, listenerName: String) {
    self.peer = peer
    self.local = local
    self.tls = tls
    self.listenerName = listenerName
  }
}

/// What TLS agreed on.
package struct TLSInfo: Sendable, Hashable {
  /// "TLSv1.2" or "TLSv1.3".
  package let version: String
  /// The cipher suite as OpenSSL names it.
  package let cipher: String
  /// The server name the client asked for.
  package let serverName: String?
}
