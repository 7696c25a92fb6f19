import Primitives

/// The key of a row in `versions`, `removed` or `appends`, taken apart.
struct VersionRowKey: Hashable {
  let bucket: UInt64
  let key: [UInt8]
  let version: VersionID
  /// The commit that removed it, or in `appends` the one that appended to it; nil in `versions`.
  let removed: UInt64?

  /// Throws `.storage` when the bytes are no such key.
  init(_ bytes: [UInt8]) throws(ObjectError) {
    // SAFETY: the pointer does not outlive the closure.
    guard let parsed = unsafe bytes.withUnsafeBytes({ unsafe VersionRowKey($0) }) else {
      throw .damaged("a version's row key")
    }
    self = parsed
  }

  /// Nil when the bytes are no such key.
  init?(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: the lengths are checked before each access.
    guard let table = unsafe bytes.first,
      table == ObjectTables.versions || table == ObjectTables.removed || table == ObjectTables.appends,
      bytes.count >= 9, let name = unsafe EscapedKey.read(UnsafeRawBufferPointer(rebasing: bytes[9...]))
    else { return nil }
    let start = 9 + name.length
    let tail = table == ObjectTables.versions ? 8 : 16
    guard bytes.count == start + tail else { return nil }
    bucket = unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
    key = name.key
    version = unsafe VersionID(
      rawValue: ~UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
    removed =
      tail == 8
      ? nil : unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self))
  }
}

extension KeyVersion.Place {
  /// The place that a row's key belongs to.
  init(rowKey: [UInt8]) {
    self =
      switch rowKey.first {
      case ObjectTables.objects: .object
      case ObjectTables.markers: .marker
      default: .noncurrent
      }
  }
}
