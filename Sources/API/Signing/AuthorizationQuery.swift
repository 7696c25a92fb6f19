import Primitives

/// The authentication parameters of a query string, found in one pass; values are still encoded.
struct AuthorizationQuery {
  private(set) var algorithm: ArraySlice<UInt8>?
  private(set) var credential: ArraySlice<UInt8>?
  private(set) var date: ArraySlice<UInt8>?
  private(set) var expires: ArraySlice<UInt8>?
  private(set) var signedHeaders: ArraySlice<UInt8>?
  private(set) var signature: ArraySlice<UInt8>?
  private(set) var securityToken: ArraySlice<UInt8>?
  private(set) var contentSHA256: ArraySlice<UInt8>?
  private(set) var accessKeyV2: ArraySlice<UInt8>?
  private(set) var expiresV2: ArraySlice<UInt8>?
  private(set) var signatureV2: ArraySlice<UInt8>?
  /// A parameter was there twice.
  private(set) var hasDuplicate = false

  /// Whether the query claims V4 authentication.
  var isV4: Bool { algorithm != nil || credential != nil || signature != nil }
  /// Whether the query claims V2 authentication.
  var isV2: Bool { signatureV2 != nil || accessKeyV2 != nil }

  init(_ query: ArraySlice<UInt8>) {
    var start = query.startIndex
    while start < query.endIndex {
      let end = query[start...].firstIndex(of: UInt8(ascii: "&")) ?? query.endIndex
      note(query[start..<end])
      start = end + 1
    }
  }

  private mutating func note(_ component: ArraySlice<UInt8>) {
    // The first bytes dismiss nearly every parameter that is not ours.
    switch component.first {
    case UInt8(ascii: "X"):
      guard component.starts(with: "X-Amz-") else { return }
      noteV4(component)
    case UInt8(ascii: "A"): _ = Self.take(component, "AWSAccessKeyId", &accessKeyV2, &hasDuplicate)
    case UInt8(ascii: "E"): _ = Self.take(component, "Expires", &expiresV2, &hasDuplicate)
    case UInt8(ascii: "S"): _ = Self.take(component, "Signature", &signatureV2, &hasDuplicate)
    default: return
    }
  }

  private mutating func noteV4(_ component: ArraySlice<UInt8>) {
    if Self.take(component, "X-Amz-Algorithm", &algorithm, &hasDuplicate) { return }
    if Self.take(component, "X-Amz-Credential", &credential, &hasDuplicate) { return }
    if Self.take(component, "X-Amz-Date", &date, &hasDuplicate) { return }
    if Self.take(component, "X-Amz-Expires", &expires, &hasDuplicate) { return }
    if Self.take(component, "X-Amz-SignedHeaders", &signedHeaders, &hasDuplicate) { return }
    if Self.take(component, "X-Amz-Signature", &signature, &hasDuplicate) { return }
    if Self.take(component, "X-Amz-Security-Token", &securityToken, &hasDuplicate) { return }
    _ = Self.take(component, "X-Amz-Content-Sha256", &contentSHA256, &hasDuplicate)
  }

  /// Stores the value of `name=value` if the name is this one.
  private static func take(
    _ component: ArraySlice<UInt8>, _ name: StaticString, _ slot: inout ArraySlice<UInt8>?,
    _ hasDuplicate: inout Bool
  ) -> Bool {
    guard let rest = component.suffix(after: name) else { return false }
    guard rest.isEmpty || rest.first == UInt8(ascii: "=") else { return false }
    if slot != nil { hasDuplicate = true }
    slot = rest.dropFirst()
    return true
  }

  /// The value decoded; the bytes as they are if there is nothing to decode or an escape is bad.
  static func decode(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard value.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return value }
    return PercentEncoding.decode(value, plusIsSpace: true).map { $0[...] } ?? value
  }
}
