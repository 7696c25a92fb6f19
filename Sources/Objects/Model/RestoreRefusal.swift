/// What a request for a restore must not ask for.
package enum RestoreRefusal: Hashable, Sendable {
  /// Not a number of days from 1 on.
  case days(most: UInt32)
  /// A tier that the class does not have.
  case tier(RestoreTier, StorageClass)
}
