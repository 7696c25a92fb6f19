/// Why a request's body could not be read. The connection closes after the response.
package enum BodyReadError: Error, Sendable, Hashable {
  /// The client went away. `received` are body bytes; `expected` is nil for a chunked body.
  case disconnected(received: UInt64, expected: UInt64?)
  /// No byte came within `HTTPTimeouts.bodyRead`.
  case timedOut
  /// Fewer bytes came than `HTTPTimeouts.minimumRate` asks for.
  case tooSlow
  /// The chunked coding is broken; the text says how.
  case malformed(String)
  /// More bytes than the caller takes. `limit` is in bytes.
  case tooLarge(limit: Int)
}
