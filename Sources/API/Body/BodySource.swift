package import HTTP

/// Where the bytes of a body come from. `RequestBody` is one; tests have others.
package protocol BodySource: AnyObject {
  /// `Content-Length`; nil when the transfer coding is chunked, 0 when there is no body.
  var contentLength: UInt64? { get }

  /// Up to `target.count` bytes; 0 is the end.
  func read(into target: UnsafeMutableRawBufferPointer) async throws(BodyReadError) -> Int
}

extension RequestBody: BodySource {}
