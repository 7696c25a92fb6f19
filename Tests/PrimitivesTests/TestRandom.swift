/// A seeded generator (SplitMix64), so that a failure of a randomised test can be repeated from its seed.
struct TestRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// `count` random bytes.
  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// `bytes` with one to four random changes: a byte replaced, removed, inserted or a run repeated.
  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      guard !result.isEmpty else { return [UInt8(truncatingIfNeeded: next())] }
      let index = Int.random(in: 0..<result.count, using: &self)
      switch next() % 4 {
      case 0: result[index] = UInt8(truncatingIfNeeded: next())
      case 1: result.remove(at: index)
      case 2: result.insert(UInt8(truncatingIfNeeded: next()), at: index)
      default:
        let end = min(result.count, index + Int.random(in: 1...16, using: &self))
        result.insert(contentsOf: result[index..<end], at: index)
      }
    }
    return result
  }
}
