package import HTTP
package import Objects

/// What an operation answers.
package enum Reply {
  /// A head and all of its body, sent at once.
  case complete(ResponseHead, ArraySlice<UInt8> = [])
  /// A head whose `contentLength` is set and a reader that gives as many bytes.
  case streaming(ResponseHead, ObjectReader)
}
