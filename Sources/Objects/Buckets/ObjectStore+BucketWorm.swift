import Primitives

// WORM policies of buckets (docs/decisions/0052-worm.md). What they forbid is refused by `KeyVersions.discard`.
extension ObjectStore {
  /// Begins a policy that keeps everything in a bucket for some days from its write; it is on trial at first.
  /// Throws `.worm(.present)`.
  package func beginWorm(days: Int, of bucket: BucketInfo) async throws(ObjectError) -> BucketWorm {
    let worm = BucketWorm(
      id: Hex.encode(SecureRandom.bytes(16)).uppercased(), state: .inProgress, days: days, created: .now())
    _ = try await change(bucket) { (settings) throws(ObjectError) in
      guard settings.worm(at: worm.created) == nil else { throw .worm(.present) }
      settings.worm = worm
    }
    return worm
  }

  /// Takes a policy back that is on trial. Throws `.worm`, `.missing` or `.locked`.
  package func abortWorm(of bucket: BucketInfo) async throws(ObjectError) {
    _ = try await change(bucket) { (settings) throws(ObjectError) in
      guard let worm = settings.worm(at: .now()) else { throw .worm(.missing) }
      guard worm.state == .inProgress else { throw .worm(.locked) }
      settings.worm = nil
    }
  }

  /// Locks the policy with that id, for good. Throws `.worm`, `.missing` or `.locked`.
  package func lockWorm(id: String, of bucket: BucketInfo) async throws(ObjectError) {
    _ = try await change(bucket) { (settings) throws(ObjectError) in
      guard var worm = settings.worm(at: .now()), worm.id == id else { throw .worm(.missing) }
      guard worm.state == .inProgress else { throw .worm(.locked) }
      worm.state = .locked
      settings.worm = worm
    }
  }

  /// Makes the locked policy with that id keep objects for more days. Throws `.worm`, `.missing`, `.notLocked` or
  /// `.notLonger`.
  package func extendWorm(id: String, days: Int, of bucket: BucketInfo) async throws(ObjectError) {
    _ = try await change(bucket) { (settings) throws(ObjectError) in
      guard var worm = settings.worm(at: .now()), worm.id == id else { throw .worm(.missing) }
      guard worm.state == .locked else { throw .worm(.notLocked) }
      guard days > worm.days else { throw .worm(.notLonger) }
      worm.days = days
      settings.worm = worm
    }
  }
}
