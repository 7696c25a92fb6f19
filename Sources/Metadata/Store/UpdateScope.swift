/// What an update closure may touch. It is the unit of conflict: closures of different scopes commute.
///
/// A closure touches nothing outside its scope (counters excepted, which commute with everything),
/// is synchronous, has no side effects and may be run more than once.
package enum UpdateScope: Sendable, Hashable {
  /// The records of one object key (all its versions) and the counters they move. Point reads only.
  case key(bucket: UInt64, key: [UInt8])
  /// Every record of one bucket. May scan; costs a group of its own.
  case bucket(UInt64)
  /// Everything. May scan; costs a group of its own.
  case system

  /// Whether closures of this scope may call `scan` and `anyKey`.
  package var allowsScans: Bool {
    switch self {
    case .key: false
    case .bucket, .system: true
    }
  }
}
