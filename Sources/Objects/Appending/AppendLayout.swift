/// Decides which pieces at the end of an appendable object are written anew with the next (decision 0051).
///
/// Pieces have classes by their length: inline bytes and what is up to so many times as long, then up to so many
/// times that, and so on. Once as many pieces as a class may have, of it or shorter ones, stand at the end, they
/// become one. So a byte is written once for each class at most, and the number of pieces grows as the logarithm of
/// what is appended.
struct AppendLayout {
  /// Length up to which bytes stand in the record.
  let shortest: UInt64
  /// Pieces of one class, and how many times as long those of the next are.
  let fanOut: Int
  /// Length from which a piece is never written again.
  let longest: UInt64

  init(_ limits: ObjectLimits) {
    shortest = UInt64(max(1, limits.inlineThreshold))
    fanOut = max(2, limits.appendedPiecesPerLength)
    longest = limits.appendedPieceBytes
  }

  /// What becomes of the end of an object.
  struct Verdict: Hashable {
    /// So many of the last pieces become one.
    var absorbed = 0
    /// Whether what is appended becomes part of it.
    var joins = false
  }

  /// For pieces of these lengths, in order, when `added` bytes come behind them.
  func verdict(_ lengths: [UInt64], adding added: UInt64) -> Verdict {
    guard added < longest else {
      // It stays alone. What is shorter before it would never be looked at again.
      let count = trailing(lengths, from: 0, below: longest)
      return Verdict(absorbed: count >= fanOut ? count : 0, joins: false)
    }
    var verdict = Verdict()
    var run = added
    while run < longest {
      let count = trailing(lengths, from: verdict.absorbed, below: min(bound(above: run), longest))
      guard count >= fanOut - 1 else { break }
      let end = lengths.count - verdict.absorbed
      for length in lengths[(end - count)..<end] { run &+= length }
      verdict = Verdict(absorbed: verdict.absorbed + count, joins: true)
    }
    return verdict
  }

  /// How many pieces shorter than `bound` stand before the last `skipped`.
  private func trailing(_ lengths: [UInt64], from skipped: Int, below bound: UInt64) -> Int {
    lengths.dropLast(skipped).reversed().prefix { $0 < bound }.count
  }

  /// Where the class of a length ends.
  private func bound(above length: UInt64) -> UInt64 {
    var bound = shortest
    while bound <= length, bound < longest { bound = bound &* UInt64(fanOut) }
    return bound
  }
}
