import Primitives

/// The fixed part of an object record: all that a listing shows, read without decoding the rest.
struct ObjectRow: Hashable, Sendable {
  enum ContentKind: UInt8, Sendable {
    case inline = 0
    case pieces = 1
    case parts = 2
    case manifest = 3
  }

  static let recordVersion: UInt8 = 1
  /// Bytes of the fixed part.
  static let fixedLength = 52
  /// Bytes of a record without its inline bytes, at most.
  static let longest = 256 << 10
  /// Where the version and the modification time stand; a commit writes them when its timestamp is known.
  static let versionOffset = 8
  static let lastModifiedOffset = 16
  /// Where the record's length stands; it is known last.
  static let lengthOffset = 48
  /// Where the flags stand.
  static let flagsOffset = 2
  /// Where the storage class stands.
  private static let classOffset = 3
  private static let markerFlag: UInt8 = 1
  private static let idFlag: UInt8 = 2
  private static let kindShift: UInt8 = 2
  private static let kindMask: UInt8 = 3 << kindShift

  var contentKind: ContentKind
  var isDeleteMarker = false
  /// Whether it was written while versioning was not enabled.
  var isNullVersion = true
  var kind = ObjectKind.ordinary
  var storageClass: StorageClass
  var checksumAlgorithm: ChecksumAlgorithm?
  var checksumType: ChecksumType?
  var etag: ETag
  var version: VersionID
  var lastModified: Timestamp
  var size: UInt64
  /// Bytes of the record; inline bytes follow.
  var recordLength: Int
}

extension ObjectRow {
  /// Reads the fixed part of a row's value. Nil when the bytes are not an object record of a known version.
  init?(_ value: UnsafeRawBufferPointer) {
    guard value.count >= Self.fixedLength else { return nil }
    // SAFETY: all offsets below are within `fixedLength`, which the value has.
    guard unsafe value[0] == Self.recordVersion,
      let kind = unsafe ContentKind(rawValue: value[1]),
      unsafe value[Self.flagsOffset] & ~(Self.markerFlag | Self.idFlag | Self.kindMask) == 0,
      let objectKind = unsafe ObjectKind(
        rawValue: (value[Self.flagsOffset] & Self.kindMask) >> Self.kindShift),
      let storageClass = unsafe StorageClass(rawValue: value[Self.classOffset])
    else { return nil }
    let algorithm = unsafe value[4] == 0 ? nil : ChecksumAlgorithm(rawValue: value[4])
    let type = unsafe value[5] == 0 ? nil : ChecksumType(rawValue: value[5])
    guard unsafe (algorithm == nil) == (value[4] == 0), unsafe (type == nil) == (value[5] == 0),
      (algorithm == nil) == (type == nil)
    else { return nil }
    contentKind = kind
    isDeleteMarker = unsafe value[Self.flagsOffset] & Self.markerFlag != 0
    isNullVersion = unsafe value[Self.flagsOffset] & Self.idFlag == 0
    self.kind = objectKind
    self.storageClass = storageClass
    checksumAlgorithm = algorithm
    checksumType = type
    let parts: UInt16 = unsafe Self.load(value, 6)
    version = unsafe VersionID(rawValue: Self.load(value, Self.versionOffset))
    lastModified = unsafe Timestamp(
      milliseconds: Int64(bitPattern: Self.load(value, Self.lastModifiedOffset)))
    size = unsafe Self.load(value, 24)
    etag = unsafe ETag(high: Self.load(value, 32), low: Self.load(value, 40), partCount: parts)
    let length: UInt32 = unsafe Self.load(value, 48)
    recordLength = Int(length)
    guard recordLength >= Self.fixedLength, recordLength <= value.count, recordLength <= Self.longest,
      kind == .inline ? UInt64(value.count - recordLength) == size : value.count == recordLength
    else { return nil }
  }

  /// As above, from an array.
  init(_ value: [UInt8]) throws(RecordError) {
    // SAFETY: the pointer does not outlive the closure.
    guard let row = unsafe value.withUnsafeBytes({ unsafe ObjectRow($0) }) else {
      throw value.first.map { $0 == Self.recordVersion ? .badValue("object row") : .unknownVersion($0) }
        ?? .truncated(offset: 0)
    }
    self = row
  }

  private static func load<Value: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ offset: Int
  ) -> Value {
    // SAFETY: callers have checked the length.
    unsafe Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  /// Writes the fixed part; the record's length is stored by who knows it.
  func encode(to writer: inout ByteWriter) {
    writer.u8(Self.recordVersion)
    writer.u8(contentKind.rawValue)
    writer.u8(
      (isDeleteMarker ? Self.markerFlag : 0) | (isNullVersion ? 0 : Self.idFlag)
        | kind.rawValue << Self.kindShift)
    writer.u8(storageClass.rawValue)
    writer.u8(checksumAlgorithm?.rawValue ?? 0)
    writer.u8(checksumType?.rawValue ?? 0)
    writer.u16(etag.partNumberCount)
    writer.u64(version.rawValue)
    writer.i64(lastModified.milliseconds)
    writer.u64(size)
    writer.u64(etag.high)
    writer.u64(etag.low)
    writer.u32(UInt32(clamping: recordLength))
  }

  /// Sets the version, whether it has an id, and the modification time unless it is to stay, in an encoded record.
  static func stamp(_ value: inout [UInt8], version: UInt64, isNullVersion: Bool, lastModified: Int64?) {
    precondition(value.count >= fixedLength, "not an object record")
    value[flagsOffset] = value[flagsOffset] & ~idFlag | (isNullVersion ? 0 : idFlag)
    store(version, at: versionOffset, in: &value)
    if let lastModified { store(UInt64(bitPattern: lastModified), at: lastModifiedOffset, in: &value) }
  }

  /// The class in an encoded record. Throws `.damaged` for what is none.
  static func storageClass(of value: [UInt8]) throws(ObjectError) -> StorageClass {
    guard value.count >= fixedLength, let found = StorageClass(rawValue: value[classOffset]) else {
      throw .damaged("an object row")
    }
    return found
  }

  /// Big-endian, over bytes that are there.
  static func store<Word: FixedWidthInteger>(_ word: Word, at offset: Int, in value: inout [UInt8]) {
    let size = MemoryLayout<Word>.size
    for index in 0..<size {
      value[offset + index] = UInt8(truncatingIfNeeded: word >> Word(8 * (size - 1 - index)))
    }
  }
}
