import HTTP
import Primitives

/// OSS signature version 4: as AWS's, with other words and other rules of what is signed.
///
/// <https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4>
enum OSSSignatureV4 {
  /// Derives the signing key of one day, region and product from a secret key.
  static func signingKey(secret: [UInt8], scope: SigV4Scope) -> HMACSHA256Key {
    var key = Array("aliyun_v4".utf8) + secret
    for component in [scope.day, scope.region, scope.service, "aliyun_v4_request"] {
      key = HMACSHA256Key(key).authenticate(Array(component.utf8))
    }
    return HMACSHA256Key(key)
  }

  /// The canonical request. The bucket is in it even where the Host header named it, and its path is made of the key,
  /// not of what was sent: SDKs differ in what they escape.
  ///
  /// Throws `malformedComponent` for additional headers that are not in order, unknown, or signed anyway;
  /// `headersNotSigned` where an `x-weir-*` header is not among them.
  static func canonicalRequest(
    _ head: RequestHead, _ resource: OSSSignatureV1.Resource, _ query: OSSQuery,
    additionalHeaders: ArraySlice<UInt8>
  ) throws(SignatureError) -> [UInt8] {
    let additional = try names(additionalHeaders, head.headers)
    var text: [UInt8] = []
    text.reserveCapacity(512)
    text.append(contentsOf: head.method.name.utf8)
    text.append(newline)
    text.append(UInt8(ascii: "/"))
    if let bucket = resource.bucket {
      PercentEncoding.appendURIEncoded(bucket.utf8, keepSlash: true, to: &text)
      text.append(UInt8(ascii: "/"))
      PercentEncoding.appendURIEncoded(resource.key ?? [], keepSlash: true, to: &text)
    }
    text.append(newline)
    appendQuery(query, to: &text)
    text.append(newline)
    OSSCanonicalHeaders.append(head.headers, to: &text) { isAlwaysSigned($0) || additional.contains($0) }
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

  /// The string to sign; `date` is `YYYYMMDDTHHMMSSZ`.
  static func stringToSign(
    _ canonicalRequest: [UInt8], date: ArraySlice<UInt8>, scope: ArraySlice<UInt8>
  ) -> [UInt8] {
    var text = Array("OSS4-HMAC-SHA256\n".utf8)
    text.reserveCapacity(192)
    text.append(contentsOf: date)
    text.append(newline)
    text.append(contentsOf: scope)
    text.append(newline)
    Hex.append(SHA256.hash(canonicalRequest), to: &text)
    return text
  }

  /// `k=v` or `k` alone, sorted by what is written; the signature itself is left out.
  private static func appendQuery(_ query: OSSQuery, to text: inout [UInt8]) {
    var pairs: [[UInt8]] = []
    for parameter in query.parameters where !parameter.name[...].matches("x-oss-signature") {
      var pair: [UInt8] = []
      PercentEncoding.appendURIEncoded(parameter.name, keepSlash: false, to: &pair)
      if !parameter.value.isEmpty {
        pair.append(UInt8(ascii: "="))
        PercentEncoding.appendURIEncoded(parameter.value, keepSlash: false, to: &pair)
      }
      pairs.append(pair)
    }
    // By name first: `a-b=1` comes behind `a=2`, though `-` is below `=`.
    pairs.sort { a, b in
      let (first, second) = (name(a), name(b))
      return first.elementsEqual(second)
        ? a.lexicographicallyPrecedes(b) : first.lexicographicallyPrecedes(second)
    }
    for (index, pair) in pairs.enumerated() {
      if index > 0 { text.append(UInt8(ascii: "&")) }
      text.append(contentsOf: pair)
    }
  }

  private static func name(_ pair: [UInt8]) -> ArraySlice<UInt8> {
    pair[..<(pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex)]
  }

  /// The additional headers, checked.
  private static func names(
    _ list: ArraySlice<UInt8>, _ headers: HeaderFields
  ) throws(SignatureError) -> [ArraySlice<UInt8>] {
    let names = list.isEmpty ? [] : list.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    var previous: ArraySlice<UInt8> = []
    for name in names {
      var isThere = false
      for index in 0..<headers.count where headers[index].name == name { isThere = true }
      let isInOrder = previous.lexicographicallyPrecedes(name)
      guard names.count <= SigningLimits.signedHeaders, isThere, isInOrder else {
        throw .malformedComponent("AdditionalHeaders=" + list.lossyText)
      }
      previous = name
    }
    for index in 0..<headers.count {
      let name = headers[index].name
      guard !name.starts(with: "x-weir-") || names.contains(name) else {
        throw .headersNotSigned([name.lossyText])
      }
    }
    return names
  }

  private static func isAlwaysSigned(_ name: ArraySlice<UInt8>) -> Bool {
    name.starts(with: "x-oss-") || name.matches("content-type") || name.matches("content-md5")
  }

  private static let newline: UInt8 = 0x0A
}
