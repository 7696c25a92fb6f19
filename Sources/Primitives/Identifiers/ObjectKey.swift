import Glibc

/// The key of an object: 1 to 1024 bytes of UTF-8, compared byte by byte. Never compare keys as `String`:
/// Swift's `==` merges the two Unicode spellings of é, S3 keeps them apart.
package struct ObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The longest key, in bytes (AWS user guide, "Naming Amazon S3 objects").
  package static let longest = 1024

  /// The key as the client sent it, percent-decoded.
  package let bytes: [UInt8]

  /// A key from percent-decoded bytes; throws when it is empty, too long or not UTF-8.
  package init(validating bytes: [UInt8]) throws(InvalidObjectKey) {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= Self.longest else { throw .tooLong(bytes.count) }
    guard UTF8.isValid(bytes) else { throw .notUTF8 }
    self.bytes = bytes
  }

  /// A key read back from storage, where it was validated before; not checked again.
  package init(stored bytes: [UInt8]) { self.bytes = bytes }

  /// The key as text, for messages and logs.
  package var string: String { String(decoding: bytes, as: UTF8Text.self) }

  /// The key as text.
  package var description: String { string }

  /// Whether the two keys are the same bytes.
  package static func == (a: ObjectKey, b: ObjectKey) -> Bool {
    a.bytes.count == b.bytes.count && compare(a.bytes, b.bytes) == 0
  }

  /// Byte order, the order of listings; a key comes after its own prefixes.
  package static func < (a: ObjectKey, b: ObjectKey) -> Bool {
    let order = compare(a.bytes, b.bytes)
    return order == 0 ? a.bytes.count < b.bytes.count : order < 0
  }

  /// Feeds all bytes at once: `[UInt8]` would hash them one by one.
  package func hash(into hasher: inout Hasher) {
    // SAFETY: the pointer does not outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }

  /// `memcmp` over the length that both have.
  private static func compare(_ a: [UInt8], _ b: [UInt8]) -> Int32 {
    // SAFETY: both arrays hold at least `min` bytes, and a key is never empty.
    unsafe a.withUnsafeBytes { left in
      unsafe b.withUnsafeBytes { right in
        guard let x = left.baseAddress, let y = right.baseAddress else { return 0 }
        return unsafe memcmp(x, y, min(left.count, right.count))
      }
    }
  }
}

/// Why bytes cannot be an object's key.
package enum InvalidObjectKey: Error, Hashable, Sendable {
  /// No bytes at all.
  case empty
  /// More than `ObjectKey.longest` bytes; holds the length.
  case tooLong(Int)
  /// Not valid UTF-8.
  case notUTF8
}
