/// What one client may make the server hold. Each limit has a unit, a default and the answer past it.
package struct HTTPLimits: Sendable, Hashable {
  /// Bytes of the request line without its CRLF. Past it: 414.
  package var requestLineBytes = 8192
  /// Bytes of the header section: every field line with its CRLF and the empty line. Past it: 431.
  package var headerBytes = 16384
  /// Field lines of one request. Past it: 431.
  package var headerCount = 128
  /// Bytes of one chunk-size line, extensions included, without its CRLF. Past it the body is malformed.
  package var chunkLineBytes = 4096
  /// Bytes of the trailer section of a chunked body. Past it the body is malformed.
  package var trailerBytes = 8192
  /// Bytes of an unread request body that are read and dropped to keep the connection. Past it: it closes.
  package var drainBytes = 65536
  /// Bytes read and dropped while a connection lingers after an error, so that the client sees the answer.
  package var lingerBytes = 1_048_576
  /// Open connections of the whole server. Past it: 503 and close.
  package var connections = 10000
  /// Connections past `connections` that may wait for their 503 at one time; the rest is closed at once.
  package var refusals = 64

  package init() {}
}
