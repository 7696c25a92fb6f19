import HTTP
import Primitives

extension Authenticator {
  /// The time of a header-signed request: `x-amz-date`, else `Date`; and its `YYYYMMDDTHHMMSSZ` form, which
  /// is what the string to sign holds.
  static func headerDate(_ headers: HeaderFields)
    throws(SignatureError) -> (Timestamp, ArraySlice<UInt8>)
  {
    if let text = headers.first("x-amz-date") {
      guard let date = SigV4.time(text.span) else { throw .missingDate }
      return (date, text)
    }
    guard let text = headers.first("date") else { throw .missingDate }
    if let date = SigV4.time(text.span) { return (date, text) }
    guard let date = Timestamp(imfFixdate: text) else { throw .missingDate }
    var basic: [UInt8] = []
    date.append(basicTo: &basic)
    return (date, basic[...])
  }

  /// Refuses a scope whose day is not the day of the request's time.
  static func checkDay(
    _ scope: CredentialScope, _ dateText: ArraySlice<UInt8>, _ place: AuthenticationPlace
  ) throws(SignatureError) {
    guard scope.isDay(of: dateText.span) else {
      let day = dateText.prefix(8).lossyText
      throw .scope(.dateMismatch(scope: scope.day.lossyText, requestTime: day), place)
    }
  }

  /// The payload of a header-signed request. IAM and STS clients send no hash of their own making: the
  /// signature covers the body's, so the caller has read it.
  static func headerPayload(
    _ headers: HeaderFields, _ service: SignedService, _ bodySHA256: [UInt8]?
  ) throws(SignatureError) -> DeclaredPayload {
    guard service == .s3 else { return try bodyPayload(bodySHA256) }
    guard let value = headers.first("x-amz-content-sha256") else { throw .missingContentSHA256 }
    return try declared(value)
  }

  /// The payload of a presigned request: unsigned, unless a header or a parameter says otherwise.
  static func queryPayload(
    _ headers: HeaderFields, _ query: AuthorizationQuery, _ service: SignedService,
    _ bodySHA256: [UInt8]?
  ) throws(SignatureError) -> DeclaredPayload {
    guard service == .s3 else { return try bodyPayload(bodySHA256) }
    if let value = headers.first("x-amz-content-sha256") { return try declared(value) }
    if let place = query.contentSHA256 { return try declared(query.text(place)) }
    return .unsigned
  }

  /// `X-Amz-Expires`: 0 to 604800 seconds (0 is expired at once).
  static func expiresSeconds(_ text: ArraySlice<UInt8>) throws(SignatureError) -> Int64 {
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = isNegative ? text.dropFirst() : text
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw .expiresNotANumber
    }
    if isNegative { throw .expiresNegative }
    guard let seconds = UInt64(decimal: digits), seconds <= UInt64(SigningLimits.presignedSeconds) else {
      throw .expiresTooLarge
    }
    return Int64(seconds)
  }

  /// A URL is good from 15 minutes before its date until its end.
  static func checkWindow(from date: Timestamp, to expiry: Timestamp, seconds: Int64, now: Timestamp)
    throws(SignatureError)
  {
    guard now.milliseconds >= date.milliseconds - SigningLimits.skewMilliseconds else {
      throw .notYetValid
    }
    guard now < expiry else {
      throw .expired(expiresSeconds: seconds, expiry: expiry, serverTime: now)
    }
  }

  private static func declared(_ value: ArraySlice<UInt8>) throws(SignatureError) -> DeclaredPayload {
    let declared = try DeclaredPayload(value: value)
    guard declared.payload != .streamingECDSA else { throw .mechanismNotSupported }
    return declared
  }

  private static func bodyPayload(_ hash: [UInt8]?) throws(SignatureError) -> DeclaredPayload {
    guard let hash else { throw .payloadHashNotAvailable }
    return DeclaredPayload(body: hash)
  }
}
