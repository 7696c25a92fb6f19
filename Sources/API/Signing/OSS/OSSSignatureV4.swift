import HTTP
import Primitives

/// The canonical request of OSS signature version 4, in one buffer.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4>
enum OSSSignatureV4 {
  /// The bucket is in it even where the Host header named it, and its path is made of the key, not of what was sent:
  /// SDKs differ in what they escape.
  ///
  /// Throws `malformedComponent` for additional headers that are not in order, unknown, or signed anyway;
  /// `headersNotSigned` where an `x-weir-*` header is not among them.
  static func canonicalRequest(
    _ head: RequestHead, _ resource: OSSSignatureV1.Resource, additionalHeaders: ArraySlice<UInt8>
  ) throws(SignatureError) -> [UInt8] {
    let names = try AdditionalHeaders(additionalHeaders, head.headers)
    let query = head.query
    var text: [UInt8] = []
    text.reserveCapacity(head.path.count + (query?.count ?? 0) + 512)
    text.append(contentsOf: head.method.name.utf8)
    text.append(newline)
    text.append(UInt8(ascii: "/"))
    if let bucket = resource.bucket {
      PercentEncoding.appendURIEncoded(bucket.utf8, keepSlash: true, to: &text)
      text.append(UInt8(ascii: "/"))
      PercentEncoding.appendURIEncoded(resource.key ?? [], keepSlash: true, to: &text)
    }
    text.append(newline)
    if let query { SigV4Canonical.appendOSSQuery(query.span, to: &text) }
    text.append(newline)
    OSSCanonicalHeaders.append(head.headers, to: &text) { isAlwaysSigned($0) || names.contain($0) }
    text.append(newline)
    text.append(additionalHeaders.span)
    text.append(newline)
    if let declared = head.headers.first("x-oss-content-sha256") {
      text.append(declared.span)
    } else {
      text.append(contentsOf: "UNSIGNED-PAYLOAD".utf8)
    }
    return text
  }

  private static func isAlwaysSigned(_ name: Span<UInt8>) -> Bool {
    switch name.count {
    case 11 where name.holds("content-md5", at: 0..<11), 12 where name.holds("content-type", at: 0..<12): true
    case 6...: name.holds("x-oss-", at: 0..<6)
    default: false
    }
  }

  private static let newline: UInt8 = 0x0A
}

/// The names of the headers that are signed beyond those that always are, checked.
private struct AdditionalHeaders {
  private let names: [ArraySlice<UInt8>]

  init(_ list: ArraySlice<UInt8>, _ headers: HeaderFields) throws(SignatureError) {
    names = list.isEmpty ? [] : list.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    var previous: ArraySlice<UInt8> = []
    for name in names {
      let isInOrder = previous.lexicographicallyPrecedes(name)
      guard names.count <= SigningLimits.signedHeaders, isInOrder, headers.first(named: name) != nil else {
        throw .malformedComponent("AdditionalHeaders=" + list.lossyText)
      }
      previous = name
    }
    var isUncovered = false
    headers.forEachName {
      if $0.count > 6, $0.holds("x-weir-", at: 0..<7), !contain($0) { isUncovered = true }
    }
    if isUncovered { throw .headersNotSigned(uncovered(headers)) }
  }

  func contain(_ name: Span<UInt8>) -> Bool {
    for known in names where known.equals(name) { return true }
    return false
  }

  /// The names of Weir's own headers that are not signed.
  private func uncovered(_ headers: HeaderFields) -> [String] {
    (0..<headers.count).map { headers[$0].name }
      .filter { $0.starts(with: "x-weir-") && !contain($0.span) }.map(\.lossyText)
  }
}
