/// The values of `x-amz-content-sha256`, which are also the last line of the canonical request.
package enum SigV4Payload: Equatable, Sendable {
  /// The body is not hashed.
  case unsigned
  /// The body's SHA-256, 32 bytes.
  case sha256([UInt8])
  /// Chunks without signatures, then a trailer.
  case streamingUnsignedTrailer
  /// Signed chunks.
  case streamingSigned
  /// Signed chunks, then a signed trailer.
  case streamingSignedTrailer
  /// The SigV4A forms of the two above, which this project recognises and refuses.
  case streamingECDSA

  /// The SHA-256 of nothing.
  package static let empty = SigV4Payload.sha256(SHA256.hash([UInt8]()))

  /// The value of the header; nil if it is none of the allowed ones. Hexadecimal digits of either case.
  package init?(headerValue: ArraySlice<UInt8>) {
    if headerValue.count == 64, let hash = Hex.decode(headerValue) {
      self = .sha256(hash)
      return
    }
    switch String(decoding: headerValue, as: Unicode.UTF8.self) {
    case Self.unsignedText: self = .unsigned
    case Self.streamingUnsignedTrailerText: self = .streamingUnsignedTrailer
    case Self.streamingSignedText: self = .streamingSigned
    case Self.streamingSignedText + "-TRAILER": self = .streamingSignedTrailer
    case Self.streamingECDSAText, Self.streamingECDSAText + "-TRAILER": self = .streamingECDSA
    default: return nil
    }
  }

  /// The header's text.
  package var headerValue: String {
    switch self {
    case .unsigned: Self.unsignedText
    case .sha256(let hash): Hex.encode(hash)
    case .streamingUnsignedTrailer: Self.streamingUnsignedTrailerText
    case .streamingSigned: Self.streamingSignedText
    case .streamingSignedTrailer: Self.streamingSignedText + "-TRAILER"
    case .streamingECDSA: Self.streamingECDSAText
    }
  }

  private static let unsignedText = "UNSIGNED-PAYLOAD"
  private static let streamingUnsignedTrailerText = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
  private static let streamingSignedText = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
  private static let streamingECDSAText = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
}
