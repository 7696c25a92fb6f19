/// Decodes the chunked transfer coding (RFC 9112 section 7.1), byte by byte where it frames and by whole runs
/// where it carries data. Strict: 1 to 16 hexadecimal digits, then `;` or CRLF, no blanks before either, every
/// line ended by CRLF. Extensions are checked for control characters, trailers for the form of fields without folds;
/// both are bounded and dropped.
/// After it has thrown it must not be used again.
struct ChunkDecoder {
  /// What makes a chunked body malformed.
  enum Problem: String, Error {
    case size = "bad chunk size"
    case sizeLineTooLong = "chunk-size line too long"
    case tooMuchOverhead = "chunk framing outweighs its data"
    case lineEnd = "chunk line without CRLF"
    case dataEnd = "chunk data not followed by CRLF"
    case control = "control character in chunk extension or trailer"
    case trailerName = "trailer that is not a field"
    case trailersTooLarge = "trailers too large"
  }

  private enum State {
    case sizeStart
    case size
    case extensions
    case sizeLineFeed
    case data
    case dataCarriageReturn
    case dataLineFeed
    case trailerStart
    case trailerName
    case trailer
    case trailerLineFeed
    case lastLineFeed
    case done
  }

  private let chunkLineBytes: Int
  private let trailerBytes: Int
  private var state = State.sizeStart
  private var size: UInt64 = 0
  private var digits = 0
  private var lineLength = 0
  private var trailerLength = 0
  private var overhead = 0

  /// Framing bytes beyond what the data justifies (as in Go's net/http): a client that wraps every byte in
  /// an extension must not make the server read a thousand times what it gets.
  private static let overheadLimit = 16384

  init(limits: HTTPLimits) {
    chunkLineBytes = limits.chunkLineBytes
    trailerBytes = limits.trailerBytes
  }

  /// Whether the last chunk and the trailers have been read.
  var isComplete: Bool { state == .done }

  /// Bytes of the current chunk's data still to come: so many may be received without the decoder.
  var dataRemaining: UInt64 { state == .data ? size : 0 }

  /// Notes `count` data bytes, at most `dataRemaining`, that were received without the decoder.
  mutating func skipData(_ count: Int) {
    precondition(state == .data && UInt64(count) <= size, "more than the chunk's data")
    size -= UInt64(count)
    if size == 0 { state = .dataCarriageReturn }
  }

  /// Decodes from `input` into `target` until one of them is used up or the body is complete.
  mutating func decode(
    _ input: ByteView, into target: UnsafeMutableRawBufferPointer
  ) throws(Problem) -> (consumed: Int, produced: Int) {
    var consumed = 0
    var produced = 0
    while consumed < input.count, state != .done {
      if state == .data {
        let count = min(input.count - consumed, target.count - produced, Int(clamping: size))
        if count == 0 { break }
        // SAFETY: `count` bytes from `produced` lie within the target.
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[produced..<produced + count])
          .copyMemory(from: input[consumed..<consumed + count].raw)
        consumed += count
        produced += count
        skipData(count)
      } else {
        try takeFraming(input[consumed])
        consumed += 1
      }
    }
    return (consumed, produced)
  }

  private mutating func takeFraming(_ byte: UInt8) throws(Problem) {
    switch state {
    case .sizeStart, .size, .extensions: try takeSizeLine(byte)
    case .sizeLineFeed:
      guard byte == ASCII.lineFeed else { throw .lineEnd }
      try endSizeLine()
    case .dataCarriageReturn:
      guard byte == ASCII.carriageReturn else { throw .dataEnd }
      state = .dataLineFeed
    case .dataLineFeed:
      guard byte == ASCII.lineFeed else { throw .dataEnd }
      state = .sizeStart
    case .trailerStart, .trailerName, .trailer, .trailerLineFeed, .lastLineFeed: try takeTrailer(byte)
    case .data, .done: preconditionFailure("not a framing state")
    }
  }

  private mutating func takeSizeLine(_ byte: UInt8) throws(Problem) {
    lineLength += 1
    if lineLength > chunkLineBytes + 1 { throw .sizeLineTooLong }
    if state != .extensions, let digit = ASCII.hexValue(byte) {
      guard digits < 16, size < 1 << 59 else { throw .size }
      size = size << 4 | digit
      digits += 1
      state = .size
      return
    }
    if state == .sizeStart { throw .size }
    if byte == ASCII.carriageReturn {
      state = .sizeLineFeed
    } else if state == .size {
      guard byte == UInt8(ascii: ";") else { throw .size }
      state = .extensions
    } else if ASCII.isForbiddenInValue(byte) {
      throw byte == ASCII.lineFeed ? .lineEnd : .control
    }
  }

  private mutating func endSizeLine() throws(Problem) {
    overhead += lineLength + 3
    overhead -= 16 + 2 * Int(clamping: min(size, UInt64(Self.overheadLimit)))
    overhead = max(0, overhead)
    if overhead > Self.overheadLimit { throw .tooMuchOverhead }
    state = size == 0 ? .trailerStart : .data
    lineLength = 0
    digits = 0
  }

  private mutating func takeTrailer(_ byte: UInt8) throws(Problem) {
    trailerLength += 1
    if trailerLength > trailerBytes { throw .trailersTooLarge }
    switch state {
    case .trailerLineFeed:
      guard byte == ASCII.lineFeed else { throw .lineEnd }
      state = .trailerStart
    case .lastLineFeed:
      guard byte == ASCII.lineFeed else { throw .lineEnd }
      state = .done
    case .trailerStart where byte == ASCII.carriageReturn: state = .lastLineFeed
    case .trailerName where byte == ASCII.colon: state = .trailer
    case .trailerStart, .trailerName:
      guard ASCII.isToken(byte) else { throw byte == ASCII.lineFeed ? .lineEnd : .trailerName }
      state = .trailerName
    default:
      if byte == ASCII.carriageReturn {
        state = .trailerLineFeed
      } else if ASCII.isForbiddenInValue(byte) {
        throw byte == ASCII.lineFeed ? .lineEnd : .control
      }
    }
  }
}
