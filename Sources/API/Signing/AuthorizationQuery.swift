import Primitives

/// The authentication parameters of a query string, found in one pass; values are still encoded.
///
/// Places, not slices: a dozen slices would cost as many reference counts each time this is passed on.
struct AuthorizationQuery {
  /// Where a value lies in the query.
  typealias Place = Range<Int>

  private(set) var algorithm: Place?
  private(set) var credential: Place?
  private(set) var date: Place?
  private(set) var expires: Place?
  private(set) var signedHeaders: Place?
  private(set) var signature: Place?
  private(set) var securityToken: Place?
  private(set) var contentSHA256: Place?
  private(set) var accessKeyV2: Place?
  private(set) var expiresV2: Place?
  private(set) var signatureV2: Place?
  /// A parameter was there twice.
  private(set) var hasDuplicate = false
  private let query: ArraySlice<UInt8>

  /// Whether the query claims V4 authentication.
  var isV4: Bool { algorithm != nil || credential != nil || signature != nil }
  /// Whether the query claims V2 authentication.
  var isV2: Bool { signatureV2 != nil || accessKeyV2 != nil }

  init(_ query: ArraySlice<UInt8>) {
    self.query = query
    query.forEachParameter { note($0, $1, $2) }
  }

  /// Notes a parameter if it is one of ours. The length of the name tells which one it can be.
  private mutating func note(_ bytes: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) {
    func isName(_ word: StaticString) -> Bool { bytes.holds(word, at: name) }
    switch name.count {
    case 7 where isName("Expires"): store(value, \.expiresV2)
    case 9 where isName("Signature"): store(value, \.signatureV2)
    case 10 where isName("X-Amz-Date"): store(value, \.date)
    case 13 where isName("X-Amz-Expires"): store(value, \.expires)
    case 14 where isName("AWSAccessKeyId"): store(value, \.accessKeyV2)
    case 15 where isName("X-Amz-Algorithm"): store(value, \.algorithm)
    case 15 where isName("X-Amz-Signature"): store(value, \.signature)
    case 16 where isName("X-Amz-Credential"): store(value, \.credential)
    case 19 where isName("X-Amz-SignedHeaders"): store(value, \.signedHeaders)
    case 20 where isName("X-Amz-Security-Token"): store(value, \.securityToken)
    case 20 where isName("X-Amz-Content-Sha256"): store(value, \.contentSHA256)
    default: return
    }
  }

  @inline(__always)
  private mutating func store(
    _ value: Range<Int>, _ place: WritableKeyPath<AuthorizationQuery, Place?>
  ) {
    if self[keyPath: place] != nil { hasDuplicate = true }
    self[keyPath: place] = value
  }

  /// Whether a value is `word`, as sent.
  func isRaw(_ place: Place, _ word: StaticString) -> Bool { query.span.holds(word, at: place) }

  /// A value as sent.
  func raw(_ place: Place) -> ArraySlice<UInt8> {
    query[(query.startIndex + place.lowerBound)..<(query.startIndex + place.upperBound)]
  }

  /// A value decoded. One of the length that it has without escapes (a date, a signature) is taken as it is.
  func text(_ place: Place, usualCount: Int = 0) -> ArraySlice<UInt8> {
    place.count == usualCount ? raw(place) : Self.decode(raw(place))
  }

  /// The value decoded; the bytes as they are if there is nothing to decode or an escape is bad.
  static func decode(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let bytes = value.span
    let whole = 0..<bytes.count
    guard
      bytes.firstIndex(of: UInt8(ascii: "%"), in: whole) != nil
        || bytes.firstIndex(of: UInt8(ascii: "+"), in: whole) != nil
    else { return value }
    return bytes.queryDecoded().map { $0[...] } ?? value
  }
}
