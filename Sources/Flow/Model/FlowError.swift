/// Why a change of the configuration was refused. Each API says it in its own words.
package enum FlowError: Error, Hashable, Sendable {
  case noSuchPool(String)
  case poolExists(String)
  /// The pool still has buckets.
  case poolInUse(String, buckets: Int)
  /// The bucket is in no pool.
  case notInPool(bucket: String)
  /// The bucket is in another pool.
  case inOtherPool(bucket: String, pool: String)
  case noSuchNode
  /// The bucket has been deleted since somebody looked for it.
  case noSuchBucket(String)
  /// The user, by name or id, has been deleted since somebody looked for them.
  case noSuchUser(String)
  /// A name or a rate breaks a rule; the text is a sentence.
  case invalid(String)
  /// There are as many as there may be.
  case limitExceeded(String, Int)
  /// Somebody else has changed the configuration meanwhile.
  case conflict
  /// The change could not be kept.
  case storage(String)
}
