import Ring

/// Makes new inputs of old ones: what libFuzzer does, without its feedback, so that a normal test can do it.
package struct Mutator {
  private let seeds: [[UInt8]]
  private var random: SplitMix64

  /// `seeds` is not empty. The same seeds and number give the same inputs.
  package init(_ seeds: [[UInt8]], seed: UInt64) {
    precondition(!seeds.isEmpty, "a mutator needs something to mutate")
    self.seeds = seeds
    random = SplitMix64(seed: seed)
  }

  /// Bytes and texts that parsers treat specially.
  private static let words: [[UInt8]] = [
    [0], [0xFF], [0x7F], [0x80], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF],
    [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0xC3, 0xA9], [0xED, 0xA0, 0x80],
    bytes("\r\n"), bytes("\n"), bytes("\r\n\r\n"), bytes(" "), bytes("\t"), bytes("%00"), bytes("%"),
    bytes("&"),
    bytes("="), bytes(";"), bytes(":"), bytes("/"), bytes("<"), bytes(">"), bytes("&#0;"), bytes("]]>"),
    bytes("Content-Length: 1\r\n"), bytes("Transfer-Encoding: chunked\r\n"), bytes("18446744073709551615"),
    bytes("9223372036854775808"), bytes("ffffffffffffffff"), bytes("-1"), bytes("0"),
  ]

  /// The next input: a seed with one to five changes, at most 4 KiB longer.
  package mutating func next() -> [UInt8] {
    var input = seed()
    for _ in 0..<Int.random(in: 1...5, using: &random) { change(&input) }
    return input
  }

  private mutating func seed() -> [UInt8] { seeds[Int.random(in: 0..<seeds.count, using: &random)] }

  private mutating func change(_ input: inout [UInt8]) {
    let at = Int.random(in: 0...input.count, using: &random)
    let end = min(input.count, at + Int.random(in: 1...32, using: &random))
    switch Int.random(in: 0..<8, using: &random) {
    case 0 where at < input.count: input[at] = UInt8(truncatingIfNeeded: random.next())
    case 1 where at < input.count: input[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: input.removeSubrange(at..<end)
    case 3: input.insert(contentsOf: input[at..<end], at: at)
    case 4: input.insert(contentsOf: Self.words[Int.random(in: 0..<Self.words.count, using: &random)], at: at)
    case 5: input.removeSubrange(at...)
    case 6:
      // The head of one and the tail of another.
      let other = seed()
      input = Array(input[..<at]) + other[Int.random(in: 0...other.count, using: &random)...]
    default:
      let block = Array(input[at..<end])
      for _ in 0..<Int.random(in: 1...16, using: &random) { input.insert(contentsOf: block, at: at) }
    }
  }
}
