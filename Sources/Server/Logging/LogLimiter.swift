import Ring

/// Lets a line about one thing through once in a while, so that what happens at every request cannot flood the
/// log. Its memory is bounded: beyond `thingsMax` things at a time all others count as one.
final class LogLimiter: Sendable {
  /// How long a thing that was told of stays silent.
  static let interval = Duration.seconds(60)
  /// Things that are told apart.
  static let thingsMax = 1_024
  private static let others = "others"

  private struct Thing: Sendable {
    var silentUntil: Instant
    var heldBack: Int
  }

  private let things = Locked<[String: Thing]>([:])

  /// Whether a line about `thing` may be written now: how many were held back since the last one; nil when this
  /// one is to be held back as well.
  func admit(_ thing: String, now: Instant) -> Int? {
    things.withLock { things in
      var name = thing
      if things[name] == nil, things.count >= Self.thingsMax {
        things = things.filter { $0.value.silentUntil > now }
        if things.count >= Self.thingsMax { name = Self.others }
      }
      if let known = things[name], known.silentUntil > now {
        things[name]?.heldBack += 1
        return nil
      }
      let heldBack = things[name]?.heldBack ?? 0
      things[name] = Thing(silentUntil: now.advanced(by: Self.interval), heldBack: 0)
      return heldBack
    }
  }
}
