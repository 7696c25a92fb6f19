import Primitives
import Ring

/// Random choices that follow from the input, so that an input says everything about its run.
func choices(for input: [UInt8]) -> SplitMix64 {
  SplitMix64(seed: UInt64(CRC.crc32c(input)) << 32 | UInt64(truncatingIfNeeded: input.count))
}

/// How an input is cut into pieces.
enum Cutting {
  case whole
  case bytes
  case random

  /// The size of the next piece, of at most `left` bytes.
  func next(_ left: Int, _ random: inout SplitMix64) -> Int {
    switch self {
    case .whole: left
    case .bytes: 1
    case .random: min(left, Int.random(in: 1...(Bool.random(using: &random) ? 8 : 64), using: &random))
    }
  }
}

extension [UInt8] {
  /// Calls `body` with the bytes of a range.
  @safe func withPart<Result, Failure: Error>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: slicing checks the range, and the pointer does not outlive the closure.
    try unsafe withUnsafeBufferPointer { (buffer) throws(Failure) in
      try unsafe body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[range]))
    }
  }

  /// Calls `body` with all of the bytes, to write.
  @safe mutating func withRoom<Result, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: the pointer does not outlive the closure.
    try unsafe withUnsafeMutableBufferPointer { (buffer) throws(Failure) in
      try unsafe body(UnsafeMutableRawBufferPointer(buffer))
    }
  }
}

/// Text as bytes, for inputs that are made.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// Bytes as text, for messages.
func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: Unicode.UTF8.self) }
