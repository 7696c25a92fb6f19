package import Primitives

/// A bucket's WORM policy (OSS user guide, "Retention policies"): what is in the bucket stays as it is for some days
/// from when it was written, for everybody.
package struct BucketWorm: Hashable, Sendable {
  package enum State: UInt8, Hashable, Sendable {
    /// On trial: it holds, can be taken back, and is over by itself after `trialMilliseconds`.
    case inProgress = 0
    /// For good: it can only be made longer.
    case locked = 1
  }

  /// Days that a policy may keep objects: 1 to this, 70 years.
  package static let mostDays = 25_550
  /// How long a policy may be on trial: 24 hours.
  package static let trialMilliseconds: Int64 = 86_400_000
  static let dayMilliseconds: Int64 = 86_400_000

  /// Names this very policy: 32 hexadecimal digits, capitals.
  package let id: String
  package internal(set) var state: State
  package internal(set) var days: Int
  /// When it was begun.
  package let created: Timestamp

  package init(id: String, state: State, days: Int, created: Timestamp) {
    self.id = id
    self.state = state
    self.days = days
    self.created = created
  }

  /// When it is over by itself; nil for one that is locked.
  package var expires: Timestamp? {
    guard state == .inProgress else { return nil }
    return Timestamp(milliseconds: created.milliseconds &+ Self.trialMilliseconds)
  }

  /// Whether it keeps at `now` what was written at `written`.
  func keeps(_ written: Timestamp, at now: Timestamp) -> Bool {
    guard expires.map({ now < $0 }) ?? true else { return false }
    return now.milliseconds < written.milliseconds &+ Int64(days) &* Self.dayMilliseconds
  }
}

/// Why a WORM policy is not begun, changed or taken back.
package enum BucketWormConflict: Hashable, Sendable {
  /// The bucket has none, or none of that id.
  case missing
  /// The bucket has one.
  case present
  /// It is locked.
  case locked
  /// Only one that is locked can be made longer.
  case notLocked
  /// It keeps objects for as many days, or more.
  case notLonger
}

extension BucketSettings {
  /// The WORM policy that is in force at `now`.
  package func worm(at now: Timestamp) -> BucketWorm? {
    guard let worm, worm.expires.map({ now < $0 }) ?? true else { return nil }
    return worm
  }
}
