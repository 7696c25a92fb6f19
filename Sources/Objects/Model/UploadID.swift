import Primitives

/// Names a multipart upload: the timestamp of its creation and 64 random bits, so ids sort by age.
package struct UploadID: Hashable, Sendable {
  package let created: UInt64
  package let random: UInt64

  package init(created: UInt64, random: UInt64) {
    self.created = created
    self.random = random
  }

  /// Reads the text form; nil when it never was one (32 lower-case hexadecimal digits).
  package init?(text: String) {
    guard text.utf8.count == 32, let bytes = Hex.decode(text.utf8), Hex.encode(bytes) == text else {
      return nil
    }
    created = bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
    random = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// What clients see: URL-safe, opaque to them.
  package var text: String { Hex.encode(bytes) }

  /// 16 bytes, in the order of age.
  package var bytes: [UInt8] {
    var writer = ByteWriter(capacity: 16)
    writer.u64(created)
    writer.u64(random)
    return writer.bytes
  }
}
