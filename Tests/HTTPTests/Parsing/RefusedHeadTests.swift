import Testing

@testable import HTTP

@Suite struct RefusedHeadTests {
  @Test(
    arguments: RefusedHead.requestLines + RefusedHead.fields + RefusedHead.hosts + RefusedHead.framings)
  func itIsRefusedInWhateverPiecesItComes(_ head: RefusedHead) {
    #expect(parse(head.bytes).problem == head.problem)
    #expect(parse(head.bytes, pieceSize: 1).problem == head.problem)
    #expect(parse(head.bytes, pieceSize: 11).problem == head.problem)
  }

  @Test func everyProblemHasAStatusAndAReasonOfItsOwn() {
    #expect(Set(RequestProblem.allCases.map(\.reason)).count == RequestProblem.allCases.count)
    #expect(RequestProblem.allCases.allSatisfy { (400...505).contains($0.status) })
  }

  @Test func everyProblemOfTheParserIsInTheCorpus() {
    let corpus =
      RefusedHead.requestLines + RefusedHead.fields + RefusedHead.hosts + RefusedHead.framings
    let covered = Set(corpus.map(\.problem))
    let elsewhere: Set<RequestProblem> = [
      .requestLineTooLong, .headersTooLarge, .tooManyHeaders, .headTimeout, .tooManyConnections, .overMemory,
    ]
    #expect(covered.union(elsewhere) == Set(RequestProblem.allCases))
  }

  // MARK: Limits

  @Test(arguments: [Int.max, 1, 100])
  func requestLineBytes(pieceSize: Int) {
    var limits = HTTPLimits()
    limits.requestLineBytes = 64
    let exact = "GET /" + String(repeating: "a", count: 64 - 14) + " HTTP/1.1"
    #expect(exact.utf8.count == 64)
    let rest = "\r\nHost: h\r\n\r\n"
    #expect(parse(exact + rest, pieceSize: pieceSize, limits: limits).head != nil)
    let longer = exact.replacing("/a", with: "/aa")
    #expect(parse(longer + rest, pieceSize: pieceSize, limits: limits).problem == .requestLineTooLong)
    // It does not take the end of the line to see it.
    let endless = String(repeating: "G", count: 66)
    #expect(parse(endless, pieceSize: pieceSize, limits: limits).problem == .requestLineTooLong)
  }

  @Test(arguments: [Int.max, 1, 100])
  func headerBytes(pieceSize: Int) {
    var limits = HTTPLimits()
    limits.headerBytes = 64
    let start = "GET / HTTP/1.1\r\n"
    let exact = "Host: h\r\nA: " + String(repeating: "b", count: 64 - 16) + "\r\n\r\n"
    #expect(exact.utf8.count == 64)
    #expect(parse(start + exact, pieceSize: pieceSize, limits: limits).head != nil)
    let longer = exact.replacing("A: b", with: "A: bb")
    #expect(parse(start + longer, pieceSize: pieceSize, limits: limits).problem == .headersTooLarge)
    let endless = "Host: h\r\nA: " + String(repeating: "b", count: 64)
    #expect(parse(start + endless, pieceSize: pieceSize, limits: limits).problem == .headersTooLarge)
  }

  @Test(arguments: [Int.max, 1])
  func headerCount(pieceSize: Int) {
    var limits = HTTPLimits()
    limits.headerCount = 3
    let start = "GET / HTTP/1.1\r\nHost: h\r\n"
    #expect(parse(start + "A: 1\r\nB: 2\r\n\r\n", pieceSize: pieceSize, limits: limits).head != nil)
    let four = start + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n"
    #expect(parse(four, pieceSize: pieceSize, limits: limits).problem == .tooManyHeaders)
  }

  // MARK: Never a trap

  /// Mutations of real requests: whatever comes out, it comes out, and the same way in one piece and in many.
  @Test(arguments: 0..<8)
  func noInputTraps(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var limits = HTTPLimits()
    limits.requestLineBytes = 200
    limits.headerBytes = 400
    limits.headerCount = 8
    let seeds = [
      RequestHeadParserTests.plain,
      "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n",
      "GET http://h/x?y HTTP/1.0\r\nHost: h\r\nConnection: a, close\r\nTransfer-Encoding: chunked\r\n\r\n",
    ].map { Array($0.utf8) }
    let special: [UInt8] = [0, 9, 10, 13, 32, 35, 58, 63, 91, 93, 127, 128, 255]
    for _ in 0..<2000 {
      var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let byte = special.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = byte
        case 1: bytes.insert(byte, at: place)
        case 2: if bytes.count > 1 { bytes.remove(at: place) }
        default: bytes[place] = UInt8.random(in: 0...255, using: &random)
        }
      }
      let whole = parse(bytes, limits: limits)
      let pieces = parse(bytes, pieceSize: Int.random(in: 1...40, using: &random), limits: limits)
      #expect(whole.problem == pieces.problem, "\(bytes)")
      #expect(whole.head?.headers.bytes == pieces.head?.headers.bytes, "\(bytes)")
    }
  }
}
