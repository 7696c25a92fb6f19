import HTTP
import Primitives

extension Authenticator {
  /// The time of a header-signed request: `x-amz-date`, else `Date`; and its `YYYYMMDDTHHMMSSZ` form, which
  /// is what the string to sign holds.
  static func headerDate(_ headers: HeaderFields)
    throws(SignatureError) -> (Timestamp, ArraySlice<UInt8>)
  {
    if let text = headers.first("x-amz-date") {
      guard let date = Timestamp(basic: text) else { throw .missingDate }
      return (date, text)
    }
    guard let text = headers.first("date") else { throw .missingDate }
    if let date = Timestamp(basic: text) { return (date, text) }
    guard let date = Timestamp(imfFixdate: text) else { throw .missingDate }
    var basic: [UInt8] = []
    date.append(basicTo: &basic)
    return (date, basic[...])
  }

  /// The payload of a header-signed request. IAM and STS clients send no hash of their own making: the
  /// signature covers the body's, so the caller has read it.
  static func headerPayload(_ request: IncomingRequest, _ service: SignedService)
    throws(SignatureError) -> DeclaredPayload
  {
    guard service == .s3 else { return try bodyPayload(request) }
    guard let value = request.head.headers.first("x-amz-content-sha256") else {
      throw .missingContentSHA256
    }
    return try declared(value)
  }

  /// The payload of a presigned request: unsigned, unless a header or a parameter says otherwise.
  static func queryPayload(
    _ request: IncomingRequest, _ query: AuthorizationQuery, _ service: SignedService
  ) throws(SignatureError) -> DeclaredPayload {
    guard service == .s3 else { return try bodyPayload(request) }
    if let value = request.head.headers.first("x-amz-content-sha256") { return try declared(value) }
    if let value = query.contentSHA256 { return try declared(AuthorizationQuery.decode(value)) }
    return DeclaredPayload(line: unsignedLine, payload: .unsigned)
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
    guard let payload = SigV4Payload(headerValue: value) else {
      throw .invalidContentSHA256(value.lossyText)
    }
    guard payload != .streamingECDSA else { throw .mechanismNotSupported }
    return DeclaredPayload(line: value, payload: payload)
  }

  private static func bodyPayload(_ request: IncomingRequest)
    throws(SignatureError) -> DeclaredPayload
  {
    guard let hash = request.bodySHA256 else { throw .payloadHashNotAvailable }
    var line: [UInt8] = []
    Hex.append(hash, to: &line)
    return DeclaredPayload(line: line[...], payload: .sha256(hash))
  }

  private static let unsignedLine = Array(SigV4Payload.unsigned.headerValue.utf8)[...]
}

/// A payload declaration: what it means, and the text that was signed.
struct DeclaredPayload {
  /// The last line of the canonical request.
  let line: ArraySlice<UInt8>
  let payload: SigV4Payload

  /// How the body has to be read.
  func mode(seed: () -> ChunkSeed) -> PayloadMode {
    switch payload {
    case .unsigned: .unsigned
    case .sha256(let hash): .sha256(hash)
    case .streamingUnsignedTrailer: .streamingUnsignedTrailer
    case .streamingSigned: .streamingSigned(seed())
    case .streamingSignedTrailer, .streamingECDSA: .streamingSignedTrailer(seed())
    }
  }
}
