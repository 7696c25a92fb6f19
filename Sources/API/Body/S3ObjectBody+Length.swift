import HTTP

extension S3ObjectBody {
  /// `x-amz-decoded-content-length`, which streaming payloads must send.
  static func decodedLength(_ headers: HeaderFields) throws(BodyError) -> UInt64 {
    guard let text = headers.first("x-amz-decoded-content-length") else { throw .missingContentLength }
    guard let length = UInt64(decimal: text) else { throw .malformedDecodedLength(text.lossyText) }
    return length
  }

  /// A plain object needs `Content-Length`: without any framing S3 answers 411, with a transfer coding 501.
  static func requireLength(_ head: RequestHead, allowsChunked: Bool) throws(BodyError) {
    switch head.framing {
    case .length: return
    case .none: throw .missingContentLength
    case .chunked where allowsChunked: return
    case .chunked: throw .transferEncodingNotImplemented
    }
  }
}

extension AWSChunkedDecoder.Mode {
  /// The framing of a payload; nil for a plain one.
  init?(_ payload: PayloadMode) {
    switch payload {
    case .streamingSigned(let seed): self = .signed(seed)
    case .streamingSignedTrailer(let seed): self = .signedTrailer(seed)
    case .streamingUnsignedTrailer: self = .unsignedTrailer
    case .none, .unsigned, .sha256: return nil
    }
  }
}

extension BodyError {
  /// What went wrong underneath, as S3 sees it.
  init(_ error: BodyReadError) {
    switch error {
    case .disconnected(let received, let expected):
      if let expected {
        self = .incomplete(expected: expected, provided: received)
      } else {
        self = .terminatedUnexpectedly(.disconnected)
      }
    case .timedOut, .tooSlow: self = .timedOut
    case .malformed: self = .terminatedUnexpectedly(.transferCoding)
    case .tooLarge(let limit): self = .tooLarge(limit: limit)
    }
  }
}
