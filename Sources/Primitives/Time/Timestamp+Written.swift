/// Moments as people write them on a command line.
extension Timestamp {
  /// A moment up to now: ISO 8601 with its zone (`2026-11-20T10:00:00.250Z`, `2026-11-20T12:00:00+02:00`), a duration
  /// back from `now` (`1h30m ago`, `-1h30m`), or `now`.
  package init(written text: String, now: Timestamp) throws(UnitError) {
    if text == "now" {
      self = now
      return
    }
    if let moment = Timestamp(iso8601: text.utf8) {
      self = moment
      return
    }
    let problem = UnitError(
      text: text, expected: "a time such as 2026-11-20T10:00:00Z, 2026-11-20T12:00:00+02:00, 1h ago or -1h")
    let length: String
    if text.hasSuffix(" ago") {
      length = String(text.dropLast(4))
    } else if text.hasPrefix("-") {
      length = String(text.dropFirst())
    } else {
      throw problem
    }
    guard let back = Timestamp.milliseconds(length) else { throw problem }
    milliseconds = now.milliseconds - back
  }

  /// A moment to come: ISO 8601 with its zone, or a duration from `now` on (`90d`, `in 90d`).
  package init(deadline text: String, now: Timestamp) throws(UnitError) {
    if let moment = Timestamp(iso8601: text.utf8) {
      self = moment
      return
    }
    let length = text.hasPrefix("in ") ? String(text.dropFirst(3)) : text
    guard let ahead = Timestamp.milliseconds(length) else {
      throw UnitError(text: text, expected: "a duration such as 90d, or a time such as 2026-11-20T10:00:00Z")
    }
    milliseconds = now.milliseconds + ahead
  }

  /// Of a duration as text; nil when it is none. Cannot overflow a moment of our era: a duration has 292 years at most.
  private static func milliseconds(_ text: String) -> Int64? {
    guard let duration = try? DurationText.parse(text) else { return nil }
    let (seconds, attoseconds) = duration.components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
