package import Ring

/// The one answer to a request. Consuming it sends the response; it can not be copied, so there is no second.
package struct ResponseWriter: ~Copyable {
  private let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// Sends the whole response with `body.count` as its Content-Length. To a HEAD request the body is not sent, and
  /// `head.contentLength`, if set, tells what GET would send. 204 and 304 carry no body.
  package consuming func send(
    _ head: ResponseHead, _ body: [UInt8] = []
  ) async throws(IOError) {
    try await connection.respond(head, body[...])
  }

  /// The same with a part of an array as the body.
  package consuming func send(_ head: ResponseHead, _ body: ArraySlice<UInt8>) async throws(IOError) {
    try await connection.respond(head, body)
  }

  /// Begins a response whose body follows. With `head.contentLength` exactly so many bytes must be written; without
  /// it the body is sent in chunks (to an HTTP/1.0 client until the connection closes).
  /// Nothing is sent before the first write or `finish()`.
  package consuming func start(_ head: ResponseHead) async throws(IOError) -> ResponseBodyWriter {
    connection.startResponse(head)
  }
}
