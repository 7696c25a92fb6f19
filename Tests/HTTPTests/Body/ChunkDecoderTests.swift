import Testing

@testable import HTTP

@Suite struct ChunkDecoderTests {
  enum Outcome: Equatable {
    /// The body, and how many bytes of input it took.
    case body(String, consumed: Int)
    case problem(ChunkDecoder.Problem)
    case incomplete(String)
  }

  /// Decodes input that comes in pieces into targets of a given size.
  static func decode(
    _ bytes: [UInt8], pieceSize: Int = .max, targetSize: Int = 1024, limits: HTTPLimits = HTTPLimits()
  ) -> Outcome {
    var decoder = ChunkDecoder(limits: limits)
    var body: [UInt8] = []
    var start = 0
    let target = UnsafeMutableRawBufferPointer.allocate(byteCount: targetSize, alignment: 1)
    defer { unsafe target.deallocate() }
    while start < bytes.count, !decoder.isComplete {
      let end = start + min(pieceSize, bytes.count - start)
      do throws(ChunkDecoder.Problem) {
        let (consumed, produced) = try unsafe bytes[start..<end].withUnsafeBufferPointer {
          (piece) throws(ChunkDecoder.Problem) in
          try unsafe decoder.decode(ByteView(UnsafeRawBufferPointer(piece)), into: target)
        }
        unsafe body.append(contentsOf: target[0..<produced])
        start += consumed
      } catch {
        return .problem(error)
      }
    }
    return decoder.isComplete ? .body(text(body), consumed: start) : .incomplete(text(body))
  }

  @Test(arguments: [
    ("0\r\n\r\n", "", 5),
    ("5\r\nhello\r\n0\r\n\r\n", "hello", 15),
    ("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET", "hello world", 26),
    ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789", 20),
    ("a\r\n0123456789\r\n000\r\n\r\n", "0123456789", 22),
    ("0000000000000005\r\nhello\r\n0\r\n\r\n", "hello", 30),
    ("5;a=b;c=\"d e\"\r\nhello\r\n0;x\r\n\r\n", "hello", 29),
    ("5\r\nhello\r\n0\r\nTrailer: x\r\nOther: \u{e9}\r\n\r\n", "hello", 38),
    ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n", 12), ("0\r\nA:\r\nB::\r\n\r\n", "", 14),
  ])
  func wellFormed(input: String, body: String, consumed: Int) {
    let bytes = Array(input.utf8)
    for pieceSize in [Int.max, 1, 2, 3] {
      for targetSize in [1024, 1, 3] {
        #expect(
          Self.decode(bytes, pieceSize: pieceSize, targetSize: targetSize)
            == .body(body, consumed: consumed))
      }
    }
  }

  @Test(arguments: [
    ("\r\n", ChunkDecoder.Problem.size), ("x\r\n", .size), (" 5\r\nhello", .size), ("5 \r\nhello", .size),
    ("5 ;a\r\nhello", .size), ("+5\r\nhello", .size), ("-5\r\nhello", .size), ("0x5\r\nhello", .size),
    (";a\r\n", .size), ("5\nhello\r\n", .size), ("5,5\r\nhello", .size), ("\u{ff15}\r\nhello", .size),
    ("10000000000000000\r\n", .size), ("FFFFFFFFFFFFFFFFF\r\n", .size), ("00000000000000005\r\n", .size),
    ("5\rXhello", .lineEnd), ("5;a\nhello\r\n", .lineEnd), ("5;a\rhello\r\n", .lineEnd),
    ("5;\0\r\nhello", .control), ("5;a\u{7f}\r\nhello", .control),
    ("5\r\nhelloX\r\n", .dataEnd), ("5\r\nhello\n0\r\n\r\n", .dataEnd), ("5\r\nhello\rX", .dataEnd),
    ("5\r\nhello0\r\n\r\n", .dataEnd), ("4\r\nhello\r\n0\r\n\r\n", .dataEnd),
    ("0\r\nA: b\n\r\n", .lineEnd), ("0\r\n\n", .lineEnd), ("0\r\n\rX", .lineEnd), ("0\r\nA: b\rX", .lineEnd),
    ("0\r\nA: \0\r\n\r\n", .control),
    ("0\r\nA\r\n\r\n", .trailerName), ("0\r\n: b\r\n\r\n", .trailerName),
    ("0\r\nA : b\r\n\r\n", .trailerName), ("0\r\nA: b\r\n c\r\n\r\n", .trailerName),
    ("0\r\nA\n\r\n", .lineEnd),
  ])
  func malformed(input: String, problem: ChunkDecoder.Problem) {
    let bytes = Array(input.utf8)
    #expect(Self.decode(bytes) == .problem(problem))
    #expect(Self.decode(bytes, pieceSize: 1) == .problem(problem))
  }

  @Test(arguments: ["", "5", "5\r", "5\r\nhel", "5\r\nhello\r\n", "0\r\n", "0\r\nA: b\r\n", "0\r\n\r"])
  func truncatedIsNotComplete(input: String) {
    guard case .incomplete = Self.decode(Array(input.utf8)) else {
      Issue.record("complete or refused")
      return
    }
  }

  @Test func sizeLineIsBounded() {
    var limits = HTTPLimits()
    limits.chunkLineBytes = 10
    let exact = Array("5;23456789\r\nhello\r\n0\r\n\r\n".utf8)
    #expect(Self.decode(exact, limits: limits) == .body("hello", consumed: exact.count))
    let longer = Array("5;234567890\r\nhello\r\n0\r\n\r\n".utf8)
    #expect(Self.decode(longer, limits: limits) == .problem(.sizeLineTooLong))
  }

  @Test func trailersAreBounded() {
    var limits = HTTPLimits()
    limits.trailerBytes = 12
    let exact = Array("0\r\nA: 45678\r\n\r\n".utf8)
    #expect(Self.decode(exact, limits: limits) == .body("", consumed: exact.count))
    let longer = Array("0\r\nA: 456789\r\n\r\n".utf8)
    #expect(Self.decode(longer, limits: limits) == .problem(.trailersTooLarge))
  }

  @Test func framingMayNotOutweighTheDataByFar() {
    let chunk = "1;" + String(repeating: "x", count: 200) + "\r\na\r\n"
    let wasteful = Array((String(repeating: chunk, count: 200) + "0\r\n\r\n").utf8)
    #expect(Self.decode(wasteful) == .problem(.tooMuchOverhead))
    let small = Array((String(repeating: "1\r\na\r\n", count: 20000) + "0\r\n\r\n").utf8)
    #expect(Self.decode(small) == .body(String(repeating: "a", count: 20000), consumed: small.count))
  }

  @Test func dataMayBeReceivedWithoutTheDecoder() throws {
    var decoder = ChunkDecoder(limits: HTTPLimits())
    var byte: UInt8 = 0
    try unsafe withUnsafeMutableBytes(of: &byte) { target in
      let first = try unsafe Array("5\r\nh".utf8).withUnsafeBytes {
        try unsafe decoder.decode(ByteView($0), into: target)
      }
      #expect(first.produced == 1)
      #expect(decoder.dataRemaining == 4)
      decoder.skipData(4)
      #expect(decoder.dataRemaining == 0)
      _ = try unsafe Array("\r\n0\r\n\r\n".utf8).withUnsafeBytes {
        try unsafe decoder.decode(ByteView($0), into: target)
      }
    }
    #expect(decoder.isComplete)
  }

  /// Mutations of real bodies: whatever comes out, it comes out, and the same way in one piece and in many.
  @Test(arguments: 0..<8)
  func noInputTraps(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bodies = [
      "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nT: x\r\n\r\n", "1\r\na\r\n0\r\n\r\n",
    ].map { Array($0.utf8) }
    let special: [UInt8] = [0, 9, 10, 13, 32, 48, 53, 59, 70, 127, 255]
    for _ in 0..<2000 {
      var bytes = bodies[Int.random(in: 0..<bodies.count, using: &random)]
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        if Bool.random(using: &random), bytes.count > 1 { bytes.remove(at: place) }
        bytes.insert(special.randomElement(using: &random) ?? 0, at: min(place, bytes.count))
      }
      let whole = Self.decode(bytes)
      let pieces = Self.decode(
        bytes, pieceSize: Int.random(in: 1...9, using: &random),
        targetSize: Int.random(in: 1...4, using: &random))
      #expect(whole == pieces, "\(bytes)")
    }
  }
}
