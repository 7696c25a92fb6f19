import HTTP
import Primitives

/// A payload declaration: what it means, and the text that was signed.
struct DeclaredPayload {
  /// The last line of the canonical request; nil is `UNSIGNED-PAYLOAD`.
  private let line: ArraySlice<UInt8>?
  /// Nil where nothing was declared.
  let payload: SigV4Payload?

  /// A value of `x-amz-content-sha256`.
  init(value: ArraySlice<UInt8>) throws(SignatureError) {
    guard let payload = SigV4Payload(headerValue: value) else {
      throw .invalidContentSHA256(value.lossyText)
    }
    line = value
    self.payload = payload
  }

  /// What an anonymous or V2 request may declare. A hash is still checked; signed chunks have no seed to
  /// start from.
  init(unsigned headers: HeaderFields) throws(SignatureError) {
    guard let value = headers.first("x-amz-content-sha256") else {
      self.init(line: [], payload: nil)
      return
    }
    try self.init(value: value)
    switch payload {
    case .streamingSigned, .streamingSignedTrailer, .streamingECDSA: throw .streamingNeedsSignature
    case nil, .unsigned, .sha256, .streamingUnsignedTrailer: return
    }
  }

  /// The body's own hash, for services whose clients declare none: the signature covers it.
  init(body hash: [UInt8]) {
    var line: [UInt8] = []
    Hex.append(hash, to: &line)
    self.line = line[...]
    payload = .sha256(hash)
  }

  private init(line: ArraySlice<UInt8>?, payload: SigV4Payload?) {
    self.line = line
    self.payload = payload
  }

  /// `UNSIGNED-PAYLOAD`, as presigned URLs imply.
  static var unsigned: DeclaredPayload { DeclaredPayload(line: nil, payload: .unsigned) }

  /// Appends the last line of the canonical request.
  func appendLine(to text: inout [UInt8]) {
    if let line {
      text.append(line.span)
    } else {
      text.append(contentsOf: SigV4Payload.unsigned.headerValue.utf8)
    }
  }

  /// How the body has to be read when there is no seed for signed chunks.
  var unsignedMode: PayloadMode {
    switch payload {
    case nil, .streamingSigned, .streamingSignedTrailer, .streamingECDSA: .none
    case .unsigned: .unsigned
    case .sha256(let hash): .sha256(hash)
    case .streamingUnsignedTrailer: .streamingUnsignedTrailer
    }
  }

  /// How the body has to be read after a V4 signature.
  func mode(seed: () -> ChunkSeed) -> PayloadMode {
    switch payload {
    case .streamingSigned: .streamingSigned(seed())
    case .streamingSignedTrailer: .streamingSignedTrailer(seed())
    default: unsignedMode
    }
  }
}
