/// The name of a bucket: ASCII, so text order is byte order.
///
/// Only creation enforces today's naming rules (`init(validating:)`). A name that breaks them can still be
/// asked about; it then names no bucket, unless one was stored under it when the rules were others.
package struct BucketName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name, 1 to 255 ASCII characters.
  package let string: String

  /// A name for a bucket to be created. Throws when it breaks the rules of the AWS user guide,
  /// "Bucket naming rules" (general purpose buckets).
  package init(validating string: String) throws(InvalidBucketName) {
    try BucketNameRules.check(string)
    self.string = string
  }

  /// A name to look up, or nil when no bucket can ever have had it: 1 to 255 of `A-Z a-z 0-9 . - _`, what
  /// client SDKs let through.
  package init?(lookup string: String) {
    let bytes = string.utf8
    guard (1...255).contains(bytes.count), bytes.allSatisfy(BucketNameRules.isLegacyCharacter) else {
      return nil
    }
    self.string = string
  }

  /// The name as text.
  package var description: String { string }

  /// Byte order of the names.
  package static func < (a: BucketName, b: BucketName) -> Bool {
    a.string.utf8.lexicographicallyPrecedes(b.string.utf8)
  }
}

/// Why a name cannot be given to a new bucket.
package enum InvalidBucketName: Error, Hashable, Sendable, CustomStringConvertible {
  /// Not 3 to 63 characters long.
  case length(Int)
  /// Holds something other than `a-z 0-9 . -`.
  case character
  /// Begins or ends with `.` or `-`.
  case edge
  /// Two periods side by side.
  case adjacentPeriods
  /// Looks like an IPv4 address.
  case addressLike
  /// Begins or ends with a string that AWS keeps for itself.
  case reserved(String)

  /// A sentence for the person who chose the name.
  package var description: String {
    switch self {
    case .length(let length): "A bucket name has 3 to 63 characters, not \(length)."
    case .character: "A bucket name holds lower-case letters, digits, periods and hyphens only."
    case .edge: "A bucket name begins and ends with a letter or a digit."
    case .adjacentPeriods: "A bucket name has no two periods side by side."
    case .addressLike: "A bucket name must not look like an IP address."
    case .reserved(let affix): "Bucket names with \"\(affix)\" in this place are reserved."
    }
  }
}
