import Ring

@testable import HTTP

/// Request heads: however the bytes arrive, the parser makes the same requests of them and ends for the same reason;
/// what it has understood, written out plainly, it understands again.
enum HeadTarget {
  static func run(_ input: [UInt8]) throws(BrokenProperty) {
    var small = HTTPLimits()
    small.requestLineBytes = 64
    small.headerBytes = 128
    small.headerCount = 8
    for limits in [HTTPLimits(), small] {
      let whole = parse(input, .whole, limits)
      try compare(whole, parse(input, .random, limits), "random pieces")
      if input.count <= 1024 { try compare(whole, parse(input, .bytes, limits), "single bytes") }
      for head in whole.heads { try reparse(head, limits) }
    }
  }

  /// What a parser made of a connection's bytes, bodies taken for further heads.
  struct Parsed {
    var heads: [Head] = []
    /// Where each head ended.
    var ends: [Int] = []
    var problem: RequestProblem?
  }

  /// All that a head says.
  struct Head: Equatable {
    var method: String
    var minorVersion: Int
    var target: [UInt8]
    var path: [UInt8]
    var query: [UInt8]?
    var fields: [[UInt8]]
    var framing: RequestHead.Framing
    var expectsContinue: Bool
    var wantsKeepAlive: Bool

    init(_ head: RequestHead) {
      method = head.method.name
      minorVersion = head.minorVersion
      target = Array(head.target)
      path = Array(head.path)
      query = head.query.map { Array($0) }
      fields = (0..<head.headers.count).flatMap {
        [Array(head.headers[$0].name), Array(head.headers[$0].value)]
      }
      framing = head.framing
      expectsContinue = head.expectsContinue
      wantsKeepAlive = head.wantsKeepAlive
    }

    /// The head as a plain client would send it.
    var encoded: [UInt8] {
      var bytes = Array("\(method) ".utf8) + target + Array(" HTTP/1.\(minorVersion)\r\n".utf8)
      for index in stride(from: 0, to: fields.count, by: 2) {
        bytes += fields[index] + Array(": ".utf8) + fields[index + 1] + Array("\r\n".utf8)
      }
      return bytes + Array("\r\n".utf8)
    }
  }

  static func parse(_ input: [UInt8], _ cutting: Cutting, _ limits: HTTPLimits) -> Parsed {
    var parser = RequestHeadParser(limits: limits)
    var random = choices(for: input)
    var parsed = Parsed()
    var start = 0
    while start < input.count {
      let end = start + cutting.next(input.count - start, &random)
      while start < end {
        do throws(RequestProblem) {
          let (head, consumed) = try input.withPart(start..<end) { (piece) throws(RequestProblem) in
            try unsafe parser.consume(piece)
          }
          start += consumed
          guard let head else { break }
          parsed.heads.append(Head(head))
          parsed.ends.append(start)
        } catch {
          parsed.problem = error
          return parsed
        }
      }
    }
    return parsed
  }

  private static func compare(_ one: Parsed, _ other: Parsed, _ how: String) throws(BrokenProperty) {
    try requireEqual(one.heads, other.heads, "the heads in \(how)")
    try requireEqual(one.ends, other.ends, "the ends of heads in \(how)")
    // A line that is both too long and malformed may be refused for the one before the other has arrived.
    if isLimit(one.problem) || isLimit(other.problem) {
      return try require(one.problem != nil && other.problem != nil, "a limit strikes in \(how) only")
    }
    try requireEqual(one.problem, other.problem, "the problem in \(how)")
  }

  private static func isLimit(_ problem: RequestProblem?) -> Bool {
    problem == .requestLineTooLong || problem == .headersTooLarge || problem == .tooManyHeaders
  }

  /// A blank may have been added to each field, so the limits have to be wider.
  private static func reparse(_ head: Head, _ limits: HTTPLimits) throws(BrokenProperty) {
    var wide = limits
    wide.headerBytes += 2 * head.fields.count
    let again = parse(head.encoded, .whole, wide)
    try require(again.problem == nil, "a head written out is refused: \(again.problem?.reason ?? "")")
    try requireEqual(again.heads, [head], "a head written out")
  }
}
