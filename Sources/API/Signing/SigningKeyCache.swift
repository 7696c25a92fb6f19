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
    let cached = set.entries.withLock { entries -> HMACSHA256Key? in
      for index in entries.indices
      where entries[index].credential.equals(scope.credential.span) && entries[index].secret == secret {
        return entries[index].key
      }
      return nil
    }
    if let cached { return cached }
    let key =
      scope.service == .oss
      ? OSSV4.signingKey(secret: secret, scope: scope.sigV4)
      : SigV4.signingKey(secret: secret, scope: scope.sigV4)
    // The slice is copied: a cached one would keep the whole request head alive.
    let entry = Entry(credential: Array(scope.credential)[...], secret: secret, key: key)
    set.entries.withLock { entries in
      entries.removeAll { $0.credential == entry.credential }
      if entries.count == Self.ways { entries.removeFirst() }
      entries.append(entry)
    }
    return key
  }

  /// Mixes the first 32 bytes, which hold the key id and mostly the day. The table is bounded and only known
  /// keys reach it, so a keyed hash would buy nothing.
  private static func hash(_ credential: ArraySlice<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    // SAFETY: every word lies within the slice.
    unsafe credential.withUnsafeBytes { bytes in
      for start in stride(from: 0, through: min(bytes.count, 32) - 8, by: 8) {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
      }
    }
    return Int(truncatingIfNeeded: hash >> 32)
  }
}
