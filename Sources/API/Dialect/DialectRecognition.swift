package import HTTP
import Primitives

/// Tells the dialect of a request by what only one of them sends (docs/decisions/0050-two-dialects-one-store.md).
package enum DialectRecognition {
  /// The dialect that a request shows; nil when it shows none, or S3's.
  package static func dialect(of head: RequestHead) -> Dialect? {
    if let authorization = head.headers.first("authorization") {
      return authorization.starts(with: "OSS".utf8) ? .oss : nil
    }
    let claim = head.query.map { Claim($0) } ?? Claim()
    if claim.isOSS { return .oss }
    // Who claims nobody shows it by the headers alone, and says so by none that is S3's.
    return !claim.isS3 && hasOSSHeader(head.headers) ? .oss : nil
  }

  /// In whose way a query is signed: each version of each dialect has a parameter that the other has not.
  private struct Claim {
    private(set) var isOSS = false
    private(set) var isS3 = false

    init() {}

    init(_ query: ArraySlice<UInt8>) {
      query.forEachParameter { (bytes, name, _) in note(bytes, name) }
    }

    /// Notes a parameter. The length of its name tells which one it can be.
    private mutating func note(_ bytes: Span<UInt8>, _ name: Range<Int>) {
      switch name.count {
      case 14 where bytes.holds("OSSAccessKeyId", at: name): isOSS = true
      case 14 where bytes.holds("AWSAccessKeyId", at: name): isS3 = true
      case 15 where bytes.holds("X-Amz-Algorithm", at: name): isS3 = true
      case 15 where bytes.holds("x-oss-signature", at: name): isOSS = true
      case 16 where bytes.holds("x-oss-credential", at: name): isOSS = true
      case 23 where bytes.holds("x-oss-signature-version", at: name): isOSS = true
      default: return
      }
    }
  }

  private static func hasOSSHeader(_ headers: HeaderFields) -> Bool {
    var isThere = false
    headers.forEachName { name in
      if name.count >= 6, name.holds("x-oss-", at: 0..<6) { isThere = true }
    }
    return isThere
  }
}
