/// How many rows to read on towards a place before seeking it. A seek costs what several steps cost, so where the place
/// is near steps are cheaper, and where it is far they are in vain: behind a seek nothing is stepped for some moves,
/// and then it is tried again.
struct StepsBeforeSeek {
  /// Moves that seek at once behind one whose steps were in vain.
  static let rest = 16

  /// Steps that cost about as much as a seek.
  private let most: Int
  private var resting = 0

  init(_ most: Int) { self.most = most }

  /// Steps that the next move may take before it seeks.
  mutating func next() -> Int {
    if resting == 0 { return most }
    resting -= 1
    return 0
  }

  /// A move that might take so many steps has taken them, and had to seek.
  mutating func missed(after steps: Int) {
    if steps > 0 { resting = Self.rest }
  }
}
