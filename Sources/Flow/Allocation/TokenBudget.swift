/// Bytes that a rate has made and nobody has used yet. Pure: it is told the time that has passed.
package struct TokenBudget {
  /// Seconds of its rate that a budget keeps, at most, together with what flows have at hand of it: what is not asked
  /// for within them is lost, and no burst is longer.
  package static let depth = 0.040

  /// Bytes each second.
  package private(set) var rate: Double
  /// Bytes that can be given. Below 0 after more was used than there was.
  package private(set) var tokens: Double

  package init(rate: UInt64) {
    self.rate = Double(rate)
    tokens = 0
  }

  /// Changes the rate; what is there stays, within the new depth.
  package mutating func setRate(_ rate: UInt64) {
    self.rate = Double(rate)
    tokens = min(tokens, self.rate * Self.depth)
  }

  /// Adds what `seconds` have made.
  package mutating func refill(_ seconds: Double) {
    tokens = min(tokens + rate * seconds, rate * Self.depth)
  }

  /// Lets go of what is beyond the depth together with `bytes` that were given and not used yet.
  package mutating func keep(beside bytes: Double) { tokens = min(tokens, max(0, rate * Self.depth - bytes)) }

  /// Takes bytes that were given.
  package mutating func spend(_ bytes: Double) { tokens -= bytes }

  /// Takes bytes back that were given and not used.
  package mutating func giveBack(_ bytes: Double) { tokens = min(tokens + bytes, rate * Self.depth) }
}
