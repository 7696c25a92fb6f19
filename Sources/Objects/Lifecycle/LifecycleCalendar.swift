package import Primitives

/// The days that lifecycle counts in: midnights UTC, or shorter days of a test.
package struct LifecycleCalendar: Hashable, Sendable {
  /// Milliseconds of a day, at least one second.
  package let day: Int64

  /// Real days, unless told otherwise; shorter ones make rules act sooner, all else is the same.
  package init(day: Duration = .seconds(86_400)) {
    let (seconds, attoseconds) = day.components
    self.day = max(1000, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
  }

  /// The midnight at or after a moment.
  package func midnight(atOrAfter moment: Timestamp) -> Timestamp {
    let begun = moment.milliseconds.flooredQuotient(day) * day
    return Timestamp(milliseconds: begun == moment.milliseconds ? begun : begun + day)
  }

  /// The first midnight after a moment.
  package func midnight(after moment: Timestamp) -> Timestamp {
    Timestamp(milliseconds: moment.milliseconds.flooredQuotient(day) * day + day)
  }

  /// The midnight at or after so many days (AWS user guide, "Lifecycle configuration elements", rounding).
  package func midnight(_ days: UInt32, daysAfter moment: Timestamp) -> Timestamp {
    midnight(atOrAfter: Timestamp(milliseconds: moment.milliseconds + Int64(days) * day))
  }

  /// When something is due that came to be at a moment; nil: never.
  func due(_ when: LifecycleRules.When, created: Timestamp) -> Timestamp? {
    switch when {
    case .days(let days): return midnight(days, daysAfter: created)
    case .date(let date): return max(date, midnight(atOrAfter: created))
    case .createdBefore(let date):
      return created < date ? max(date, midnight(atOrAfter: created)) : nil
    }
  }
}
