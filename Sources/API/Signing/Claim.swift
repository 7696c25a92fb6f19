import Primitives

/// What a request says about itself, its form judged and its time too; nothing is proved yet.
struct Claim {
  let kind: AuthenticationKind
  /// V4 only.
  let scope: CredentialScope?
  /// V2 only.
  private let accessKeyV2: ArraySlice<UInt8>?
  /// As sent: hexadecimal digits (V4) or base64 (V2).
  let signature: ArraySlice<UInt8>
  /// `a;b;c` (V4).
  let signedHeaders: ArraySlice<UInt8>
  /// The time as it stands in the string to sign: `YYYYMMDDTHHMMSSZ` (V4), the Date line (V2).
  let dateText: ArraySlice<UInt8>
  let date: Timestamp?
  let expiry: Timestamp?
  let payload: DeclaredPayload
  /// The session token.
  let token: ArraySlice<UInt8>?

  init(
    kind: AuthenticationKind, scope: CredentialScope? = nil, accessKeyV2: ArraySlice<UInt8>? = nil,
    signature: ArraySlice<UInt8> = [], signedHeaders: ArraySlice<UInt8> = [],
    dateText: ArraySlice<UInt8> = [], date: Timestamp? = nil, expiry: Timestamp? = nil,
    payload: DeclaredPayload, token: ArraySlice<UInt8>? = nil
  ) {
    self.kind = kind
    self.scope = scope
    self.accessKeyV2 = accessKeyV2
    self.signature = signature
    self.signedHeaders = signedHeaders
    self.dateText = dateText
    self.date = date
    self.expiry = expiry
    self.payload = payload
    self.token = token
  }

  /// The access key; nil for an anonymous request only.
  var accessKeyID: ArraySlice<UInt8>? { scope?.accessKeyID ?? accessKeyV2 }
}
