import HTTP
import Primitives

/// What an OSS request says about itself, its form judged and its time too; nothing is proved yet.
struct OSSClaim {
  let kind: AuthenticationKind
  /// V4 only.
  var scope: CredentialScope?
  let accessKeyID: ArraySlice<UInt8>
  /// As sent: hexadecimal digits (V4) or base64 (V1).
  let signature: ArraySlice<UInt8>
  /// V4 only.
  var additionalHeaders: ArraySlice<UInt8> = []
  /// The time as it stands in the string to sign.
  let dateText: ArraySlice<UInt8>
  var date: Timestamp?
  var expiry: Timestamp?
  let payload: DeclaredPayload
  /// The session token.
  let token: ArraySlice<UInt8>?

  init(
    _ kind: AuthenticationKind, scope: CredentialScope? = nil, accessKeyID: ArraySlice<UInt8>,
    signature: ArraySlice<UInt8>, additionalHeaders: ArraySlice<UInt8> = [], dateText: ArraySlice<UInt8>,
    date: Timestamp? = nil, expiry: Timestamp? = nil, payload: DeclaredPayload, token: ArraySlice<UInt8>?
  ) {
    self.kind = kind
    self.scope = scope
    self.accessKeyID = accessKeyID
    self.signature = signature
    self.additionalHeaders = additionalHeaders
    self.dateText = dateText
    self.date = date
    self.expiry = expiry
    self.payload = payload
    self.token = token
  }

  /// As the rest of the server knows it.
  var claim: Claim {
    Claim(
      kind: kind, scope: scope, accessKeyV2: accessKeyID, signature: signature,
      signedHeaders: additionalHeaders, dateText: dateText, date: date, expiry: expiry, payload: payload,
      token: token)
  }
}

extension DeclaredPayload {
  /// What an OSS request declares: nothing, `UNSIGNED-PAYLOAD` or a hash.
  init(oss headers: HeaderFields) throws(SignatureError) {
    guard let value = headers.first("x-oss-content-sha256") else {
      self = .unsigned
      return
    }
    try self.init(value: value)
    switch payload {
    case .unsigned, .sha256: return
    case nil, .streamingSigned, .streamingSignedTrailer, .streamingECDSA, .streamingUnsignedTrailer:
      throw .invalidContentSHA256(value.lossyText)
    }
  }
}
