package import Primitives

/// How strictly a version is kept (AWS user guide, "Object Lock retention modes").
package enum RetentionMode: UInt8, Hashable, Sendable {
  /// Who may bypass it can shorten or remove it, and delete the version.
  case governance = 1
  /// Nobody can, before its time.
  case compliance = 2
}

/// Until when a version cannot be deleted for good.
package struct Retention: Hashable, Sendable {
  package let mode: RetentionMode
  /// Locked while now is before it.
  package let until: Timestamp

  package init(mode: RetentionMode, until: Timestamp) {
    self.mode = mode
    self.until = until
  }

  /// Whether it still holds.
  package func isActive(at now: Timestamp) -> Bool { now < until }
}

/// A bucket's Object Lock: it is on, and what new versions get unless their request says otherwise.
package struct ObjectLockConfiguration: Hashable, Sendable {
  /// What a version gets for a time counted from when it is written.
  package struct DefaultRetention: Hashable, Sendable {
    package enum Period: Hashable, Sendable {
      case days(Int)
      case years(Int)
    }

    package let mode: RetentionMode
    package let period: Period

    package init(mode: RetentionMode, period: Period) {
      self.mode = mode
      self.period = period
    }
  }

  /// Days of a default retention, 1 to this (AWS: 100 years).
  package static let mostDays = 36_500
  /// Years of a default retention, 1 to this.
  package static let mostYears = 100

  package let defaultRetention: DefaultRetention?

  package init(defaultRetention: DefaultRetention? = nil) {
    self.defaultRetention = defaultRetention
  }
}

/// What a write says of the lock of the version it makes.
package struct LockTerms: Hashable, Sendable {
  /// Nil: the bucket's default.
  package var retention: Retention?
  /// Nil: nothing is said.
  package var legalHold: Bool?

  package init() {}

  /// Whether the request asks for any lock.
  package var isEmpty: Bool { retention == nil && legalHold == nil }
}
