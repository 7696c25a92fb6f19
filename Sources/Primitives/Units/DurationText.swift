/// Durations as people write them: a number and `ns us ms s m h d w`, or several, largest first: `1h30m`.
package enum DurationText {
  /// A duration from text such as `250ms`, `10s`, `5m`, `1.5h` or `7d`. `0` needs no unit.
  package static func parse(_ text: String) throws(UnitError) -> Duration {
    let failure = UnitError(text: text, expected: "a duration such as 250ms, 10s, 5m, 1h30m or 7d")
    if text == "0" { return .zero }
    var total: UInt64 = 0
    var previous = UInt64.max
    var rest = text
    repeat {
      guard let quantity = QuantityText(rest) else { throw failure }
      let name = quantity.unit.prefix { $0.isLetter }
      guard let unit = units.first(where: { $0.name == name }), unit.nanoseconds < previous,
        let part = quantity.times(unit.nanoseconds)
      else { throw failure }
      previous = unit.nanoseconds
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow, sum <= UInt64(Int64.max) else { throw failure }
      total = sum
      rest = String(quantity.unit.dropFirst(name.count))
    } while !rest.isEmpty
    return .nanoseconds(Int64(total))
  }

  /// The exact text of a duration that is not negative, to the nanosecond: `1h30m`, `250ms`, `0s`. `parse`
  /// reads it back.
  package static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return "0s" }
    var parts = ""
    var rest = UInt64(seconds)
    for unit in units.reversed() where unit.nanoseconds >= 1_000_000_000 && unit.name != "w" {
      let length = unit.nanoseconds / 1_000_000_000
      if rest >= length { parts += "\(rest / length)\(unit.name)" }
      rest %= length
    }
    rest = UInt64(attoseconds) / 1_000_000_000
    for unit in units.reversed() where unit.nanoseconds < 1_000_000_000 {
      if rest >= unit.nanoseconds { parts += "\(rest / unit.nanoseconds)\(unit.name)" }
      rest %= unit.nanoseconds
    }
    return parts.isEmpty ? "0s" : parts
  }

  private static let units: [(name: String, nanoseconds: UInt64)] = [
    ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000), ("d", 86_400_000_000_000), ("w", 604_800_000_000_000),
  ]
}
