import Primitives
import Synchronization

/// Derived signing keys, so that a request costs one HMAC and not five.
///
/// A small set-associative table: the credential text chooses a set of four entries, the eldest of which
/// makes room. An entry remembers the secret it was derived from and is worthless when the key's secret is
/// another one by now, so nobody has to tell the cache. Only credentials of known keys, accepted regions and
/// current days reach it, so strangers cannot wash it out.
final class SigningKeyCache: Sendable {
  private struct Entry {
    var credential: ArraySlice<UInt8>
    var secret: [UInt8]
    var key: HMACSHA256Key
  }

  private static let setCount = 64
  private static let ways = 4
  private let sets: [Set]

  /// One lock a set: with many users, rings seldom meet; with one, the lock is held for a few dozen ns.
  private final class Set: Sendable {
    let entries = Mutex<[Entry]>([])
  }

  init() {
    sets = (0..<Self.setCount).map { _ in Set() }
  }

  /// The signing key of a credential, derived if need be.
  func key(for scope: CredentialScope, secret: [UInt8]) -> HMACSHA256Key {
    let set = sets[Self.hash(scope.credential) & (Self.setCount - 1)]
    let cached = set.entries.withLock { entries in
      entries.first { $0.credential == scope.credential && $0.secret == secret }?.key
    }
    if let cached { return cached }
    let key = SigV4.signingKey(secret: secret, scope: scope.sigV4)
    // The slice is copied: a cached one would keep the whole request head alive.
    let entry = Entry(credential: Array(scope.credential)[...], secret: secret, key: key)
    set.entries.withLock { entries in
      entries.removeAll { $0.credential == entry.credential }
      if entries.count == Self.ways { entries.removeFirst() }
      entries.append(entry)
    }
    return key
  }

  /// FNV-1a. The table is bounded and only known keys reach it, so a keyed hash would buy nothing.
  private static func hash(_ bytes: ArraySlice<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash >> 32)
  }
}
