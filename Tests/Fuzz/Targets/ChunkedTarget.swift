import Ring

@testable import HTTP

/// The chunked transfer coding: pieces, small targets and data received around the decoder change nothing; data
/// that is encoded comes back.
enum ChunkedTarget {
  static func run(_ input: [UInt8]) throws(BrokenProperty) {
    let whole = decode(input, .whole)
    let pieces = decode(input, .random)
    try requireEqual(pieces.problem, whole.problem, "the problem of a body in pieces")
    try requireEqual(pieces.isComplete, whole.isComplete, "the end of a body in pieces")
    if whole.problem == nil {
      try requireEqual(pieces.consumed, whole.consumed, "the framing's length in pieces")
      try requireEqual(pieces.data, whole.data, "the data in pieces")
    }
    let framed = encode(input)
    let back = decode(framed, .random)
    try require(back.problem == nil && back.isComplete, "an encoded body is refused")
    try requireEqual(back.consumed, framed.count, "the length of an encoded body")
    try requireEqual(back.data, input, "the data of an encoded body")
  }

  struct Decoded {
    var data: [UInt8] = []
    var consumed = 0
    var isComplete = false
    var problem: ChunkDecoder.Problem?
  }

  static func decode(_ input: [UInt8], _ cutting: Cutting) -> Decoded {
    var limits = HTTPLimits()
    limits.chunkLineBytes = 64
    limits.trailerBytes = 128
    var decoder = ChunkDecoder(limits: limits)
    var random = choices(for: input)
    var result = Decoded()
    while result.consumed < input.count, !decoder.isComplete {
      let piece = cutting.next(input.count - result.consumed, &random)
      let direct = min(piece, Int(clamping: decoder.dataRemaining))
      if case .random = cutting, direct > 0, Bool.random(using: &random) {
        result.data += input[result.consumed..<result.consumed + direct]
        result.consumed += direct
        decoder.skipData(direct)
        continue
      }
      var room = [UInt8](repeating: 0, count: cutting.next(max(1, input.count), &random))
      let range = result.consumed..<result.consumed + piece
      do throws(ChunkDecoder.Problem) {
        let (consumed, produced) = try input.withPart(range) { (bytes) throws(ChunkDecoder.Problem) in
          try room.withRoom { (target) throws(ChunkDecoder.Problem) in
            try unsafe decoder.decode(ByteView(bytes), into: target)
          }
        }
        result.consumed += consumed
        result.data += room[..<produced]
      } catch {
        result.problem = error
        return result
      }
    }
    result.isComplete = decoder.isComplete
    return result
  }

  /// The data in chunks of random sizes, some with an extension, and a trailer.
  private static func encode(_ data: [UInt8]) -> [UInt8] {
    var random = choices(for: data)
    var framed: [UInt8] = []
    var start = 0
    while start < data.count {
      let size = Cutting.random.next(data.count - start, &random)
      framed += bytes(String(size, radix: 16, uppercase: Bool.random(using: &random)))
      if random.next() % 8 == 0 { framed += bytes(";a=\"b\"") }
      framed += bytes("\r\n") + data[start..<start + size] + bytes("\r\n")
      start += size
    }
    return framed + bytes("0\r\nX-Check: 1\r\n\r\n")
  }
}
