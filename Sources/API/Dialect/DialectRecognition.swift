package import HTTP

/// Tells the dialect of a request by what only one of them sends (docs/decisions/0050-two-dialects-one-store.md).
package enum DialectRecognition {
  /// The dialect that a request shows; nil when it shows none, or S3's.
  package static func dialect(of head: RequestHead) -> Dialect? {
    if let authorization = head.headers.first("authorization") {
      return authorization.starts(with: "OSS".utf8) ? .oss : nil
    }
    if let query = head.query, isOSS(query) { return .oss }
    // Who claims nobody shows it by the headers alone, and says so by none that is S3's.
    guard hasOSSHeader(head.headers), head.query.map({ !isS3($0) }) ?? true else { return nil }
    return .oss
  }

  /// Whether a query is signed in OSS's way: V1, V2 and V4 each have a parameter that no S3 request has.
  private static func isOSS(_ query: ArraySlice<UInt8>) -> Bool {
    names(query) { name in
      name.matches("OSSAccessKeyId") || name.matches("x-oss-signature-version")
        || name.matches("x-oss-signature") || name.matches("x-oss-credential")
    }
  }

  private static func isS3(_ query: ArraySlice<UInt8>) -> Bool {
    names(query) { $0.matches("X-Amz-Algorithm") || $0.matches("AWSAccessKeyId") }
  }

  private static func names(
    _ query: ArraySlice<UInt8>, contain isWanted: (ArraySlice<UInt8>) -> Bool
  ) -> Bool {
    var rest = query
    while true {
      let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.endIndex
      let pair = rest[..<end]
      if isWanted(pair[..<(pair.firstIndex(of: UInt8(ascii: "=")) ?? end)]) { return true }
      guard end < rest.endIndex else { return false }
      rest = rest[(end + 1)...]
    }
  }

  private static func hasOSSHeader(_ headers: HeaderFields) -> Bool {
    for index in 0..<headers.count where headers[index].name.starts(with: "x-oss-".utf8) { return true }
    return false
  }
}
