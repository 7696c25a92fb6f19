@testable import HTTP

/// What became of bytes given to a parser.
enum Parsed {
  case head(RequestHead, consumed: Int)
  case problem(RequestProblem)
  case incomplete

  var head: RequestHead? {
    if case .head(let head, _) = self { head } else { nil }
  }

  var problem: RequestProblem? {
    if case .problem(let problem) = self { problem } else { nil }
  }
}

/// Parses bytes that arrive in pieces of `pieceSize`; `consumed` counts from the beginning.
func parse(_ bytes: [UInt8], pieceSize: Int = .max, limits: HTTPLimits = HTTPLimits()) -> Parsed {
  var parser = RequestHeadParser(limits: limits)
  var start = 0
  while start < bytes.count {
    let end = start + min(pieceSize, bytes.count - start)
    do throws(RequestProblem) {
      let step = try unsafe bytes[start..<end].withUnsafeBufferPointer { (piece) throws(RequestProblem) in
        try unsafe parser.consume(UnsafeRawBufferPointer(piece))
      }
      if let head = step.head { return .head(head, consumed: start + step.consumed) }
    } catch {
      return .problem(error)
    }
    start = end
  }
  return .incomplete
}

/// Parses text, which stands for its UTF-8 bytes.
func parse(_ text: String, pieceSize: Int = .max, limits: HTTPLimits = HTTPLimits()) -> Parsed {
  parse(Array(text.utf8), pieceSize: pieceSize, limits: limits)
}

/// Bytes as text, for comparisons.
func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

/// A generator of the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
