import Primitives

/// The authentication parameters of an OSS query string, found in one pass; values are still encoded.
///
/// Of a parameter that is there twice the first counts, as everywhere in a query; of V4's it is an error.
struct OSSAuthorizationQuery {
  /// Where a value lies in the query.
  typealias Place = Range<Int>

  private(set) var version: Place?
  private(set) var credential: Place?
  private(set) var date: Place?
  private(set) var expires: Place?
  private(set) var additionalHeaders: Place?
  private(set) var signature: Place?
  private(set) var securityToken: Place?
  private(set) var accessKeyV1: Place?
  private(set) var expiresV1: Place?
  private(set) var signatureV1: Place?
  private(set) var securityTokenV1: Place?
  /// A parameter of V4 was there twice, so that what was signed and what is obeyed might differ.
  private(set) var hasDuplicate = false
  private let query: ArraySlice<UInt8>

  /// Whether the query claims V4 authentication.
  var isV4: Bool { version != nil || credential != nil }
  /// Whether the query claims V1 authentication.
  var isV1: Bool { accessKeyV1 != nil }

  init(_ query: ArraySlice<UInt8>?) {
    let query = query ?? []
    self.query = query
    query.forEachParameter { note($0, $1, $2) }
  }

  /// Notes a parameter if it is one of ours. The length of the name tells which one it can be.
  private mutating func note(_ bytes: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) {
    func isName(_ word: StaticString) -> Bool { bytes.holds(word, at: name) }
    switch name.count {
    case 7 where isName("Expires"): if expiresV1 == nil { expiresV1 = value }
    case 9 where isName("Signature"): if signatureV1 == nil { signatureV1 = value }
    case 10 where isName("x-oss-date"): store(value, \.date)
    case 13 where isName("x-oss-expires"): store(value, \.expires)
    case 14 where isName("OSSAccessKeyId"): if accessKeyV1 == nil { accessKeyV1 = value }
    case 14 where isName("security-token"): if securityTokenV1 == nil { securityTokenV1 = value }
    case 15 where isName("x-oss-signature"): store(value, \.signature)
    case 16 where isName("x-oss-credential"): store(value, \.credential)
    case 20 where isName("x-oss-security-token"): store(value, \.securityToken)
    case 23 where isName("x-oss-signature-version"): store(value, \.version)
    case 24 where isName("x-oss-additional-headers"): store(value, \.additionalHeaders)
    default: return
    }
  }

  @inline(__always)
  private mutating func store(
    _ value: Range<Int>, _ place: WritableKeyPath<OSSAuthorizationQuery, Place?>
  ) {
    if self[keyPath: place] != nil { hasDuplicate = true } else { self[keyPath: place] = value }
  }

  /// A value decoded. One of the length that it has without escapes (a date, a signature) is taken as it is.
  func text(_ place: Place, usualCount: Int = 0) -> ArraySlice<UInt8> {
    let raw = query[(query.startIndex + place.lowerBound)..<(query.startIndex + place.upperBound)]
    return place.count == usualCount ? raw : AuthorizationQuery.decode(raw)
  }
}
