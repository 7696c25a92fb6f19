package import Primitives

/// How a request said who it is.
package enum AuthenticationKind: Sendable, Equatable {
  /// No credentials at all.
  case anonymous
  /// `Authorization: AWS4-HMAC-SHA256 …`.
  case headerV4
  /// Presigned URL, `X-Amz-Algorithm=AWS4-HMAC-SHA256&…`.
  case queryV4
  /// `Authorization: AWS key:signature`.
  case headerV2
  /// Presigned URL, `AWSAccessKeyId=…&Expires=…&Signature=…`.
  case queryV2
  /// `Authorization: OSS key:signature`.
  case headerOSSV1
  /// Presigned URL, `OSSAccessKeyId=…&Expires=…&Signature=…`.
  case queryOSSV1
  /// `Authorization: OSS4-HMAC-SHA256 …`.
  case headerOSSV4
  /// Presigned URL, `x-oss-signature-version=OSS4-HMAC-SHA256&…`.
  case queryOSSV4
  /// A form's `x-amz-signature`.
  case formV4
  /// A form's `AWSAccessKeyId` and `signature`.
  case formV2
  /// A form's `OSSAccessKeyId` and `Signature`.
  case formOSSV1
  /// A form's `x-oss-signature`.
  case formOSSV4

  /// Field 20 of the server access log: `SigV4`, `SigV2`, or nil for `-`.
  package var signatureVersionName: StaticString? {
    switch self {
    case .anonymous: nil
    case .headerV4, .queryV4, .formV4: "SigV4"
    case .headerV2, .queryV2, .formV2: "SigV2"
    case .headerOSSV1, .queryOSSV1, .formOSSV1: "OSSV1"
    case .headerOSSV4, .queryOSSV4, .formOSSV4: "OSSV4"
    }
  }

  /// Field 22 of the server access log: `AuthHeader`, `QueryString`, or nil for `-`.
  package var authenticationTypeName: StaticString? {
    switch self {
    case .anonymous, .formV4, .formV2, .formOSSV1, .formOSSV4: nil
    case .headerV4, .headerV2, .headerOSSV1, .headerOSSV4: "AuthHeader"
    case .queryV4, .queryV2, .queryOSSV1, .queryOSSV4: "QueryString"
    }
  }
}

/// What the signature says about the body: the declared `x-amz-content-sha256`.
package enum PayloadMode: Sendable {
  /// Nothing was declared (V2, anonymous).
  case none
  /// `UNSIGNED-PAYLOAD`: the body is not hashed.
  case unsigned
  /// The body's SHA-256, 32 bytes, to be compared at the body's end.
  case sha256([UInt8])
  /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`: signed chunks.
  case streamingSigned(ChunkSeed)
  /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`: signed chunks and a signed trailer.
  case streamingSignedTrailer(ChunkSeed)
  /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: chunks without signatures and a trailer.
  case streamingUnsignedTrailer

  /// Whether the signature covers the body's bytes.
  package var isSigned: Bool {
    switch self {
    case .sha256, .streamingSigned, .streamingSignedTrailer: true
    case .none, .unsigned, .streamingUnsignedTrailer: false
    }
  }

  /// Whether the body is in aws-chunked framing.
  package var isStreaming: Bool {
    switch self {
    case .streamingSigned, .streamingSignedTrailer, .streamingUnsignedTrailer: true
    case .none, .unsigned, .sha256: false
    }
  }
}

/// Where the chain of chunk signatures starts.
package struct ChunkSeed: Sendable {
  /// The signer whose first link is the request's own signature.
  package let signer: SigV4ChunkSigner
  /// For the error body of a chunk that does not match.
  package let accessKeyID: String

  package init(signer: SigV4ChunkSigner, accessKeyID: String) {
    self.signer = signer
    self.accessKeyID = accessKeyID
  }
}

/// A request whose claim to an identity has been checked (or that made none).
package struct Authentication<Identity: Sendable>: Sendable {
  private let claim: Claim
  /// The access key's owner; nil for an anonymous request only.
  package let identity: Identity?
  /// The access key used; nil for an anonymous request only.
  package let accessKeyID: String?
  /// How the body has to be read.
  package let payload: PayloadMode

  init(_ claim: consuming Claim, accessKeyID: String?, identity: Identity?, payload: PayloadMode) {
    self.claim = claim
    self.identity = identity
    self.accessKeyID = accessKeyID
    self.payload = payload
  }

  /// How it authenticated.
  package var kind: AuthenticationKind { claim.kind }

  /// The time of the request as signed; nil for V2 URLs (they carry only their end) and anonymous requests.
  package var date: Timestamp? { claim.date }

  /// The end of a presigned URL.
  package var expiry: Timestamp? { claim.expiry }

  /// The scope of a V4 signature; nil for V2 and anonymous requests.
  package var scope: SigV4Scope? { claim.scope?.sigV4 }

  /// The names of the headers that the signature covers (V4), lower-case, in the client's order.
  package var signedHeaders: [String] {
    claim.signedHeaders.split(separator: UInt8(ascii: ";")).map(\.lossyText)
  }
}

/// What a key's owner gives the verifier.
package struct SigningCredential<Identity: Sendable>: Sendable {
  /// The secret key, as it is shown to the user (ASCII), not derived.
  package let secret: [UInt8]
  /// The session token that must come with temporary keys; nil for long-lived keys.
  package let sessionToken: [UInt8]?
  /// Whatever the caller wants back in `Authentication`.
  package let identity: Identity

  package init(secret: [UInt8], sessionToken: [UInt8]? = nil, identity: Identity) {
    self.secret = secret
    self.sessionToken = sessionToken
    self.identity = identity
  }
}

/// Looks up access keys. Called once per signed request, on a ring: it must not block.
package protocol CredentialSource: Sendable {
  associatedtype Identity: Sendable

  /// The credential of an active access key, or nil.
  func credential(accessKeyID: String) -> SigningCredential<Identity>?
}
