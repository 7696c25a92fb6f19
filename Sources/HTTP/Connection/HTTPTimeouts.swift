/// How long a client may take for what. Each is counted by kind when it strikes.
package struct HTTPTimeouts: Sendable, Hashable {
  /// Waiting for the first byte of a request, on a new connection or between requests.
  package var idle = Duration.seconds(75)
  /// From the first byte of a request to the end of its head. Past it: 408.
  package var header = Duration.seconds(20)
  /// Without a single byte of a request's body while the handler waits for one.
  package var bodyRead = Duration.seconds(60)
  /// For a piece of a response (256 KiB at most) to leave, beyond the time that `minimumRate` gives its bytes.
  package var send = Duration.seconds(60)
  /// From accepting a connection to the end of the TLS handshake.
  package var handshake = Duration.seconds(10)
  /// From an answer to a refused request to the close, for the client to read it.
  package var linger = Duration.seconds(5)
  /// Bytes a second that a request's body must reach over every `rateWindow` of waiting for it, and each piece of a
  /// response in being sent; 0 asks for none.
  package var minimumRate = 1024
  /// The time over which `minimumRate` is judged. Only waiting for the client counts, not the handler's own time.
  package var rateWindow = Duration.seconds(30)

  package init() {}
}

/// The kinds of timeout, as metrics name them.
package enum TimeoutKind: String, Sendable, CaseIterable {
  case idle
  case header
  case bodyRead = "body-read"
  case receiveRate = "receive-rate"
  case send
  case handshake
  case linger
}
