import Primitives

/// The self-describing start of an extent (docs/format/volume.md).
struct ExtentHeader: Hashable, Sendable {
  static let version: UInt8 = 1
  static let magicNumber: UInt32 = 0x5458_4557  // "WEXT"

  /// The bits of byte 5.
  struct Flags: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    /// The header fills a page and the payload starts on one.
    static let aligned = Flags(rawValue: 1)
    /// No extent of the blob follows.
    static let last = Flags(rawValue: 2)
    static let known: Flags = [.aligned, .last]
  }

  var flags: Flags
  /// Bytes from the start of the header to the payload.
  var headerLength: Int
  var segment: UInt32
  /// Index of the extent within its blob.
  var index: UInt32
  /// Offset of the header within the segment.
  var offset: UInt64
  /// Payload bytes.
  var length: UInt64
  /// Offset of the payload within its blob.
  var blobOffset: UInt64
  var volumeID: VolumeID
  var description: ExtentDescription

  /// Writes the header into the first `headerLength` bytes of `target`.
  func encode(into target: UnsafeMutableRawBufferPointer) {
    let name = Array(description.bucketName.utf8)
    let used = VolumeFormat.extentHeaderFixed + name.count + description.key.count
    precondition(used <= headerLength && headerLength <= VolumeFormat.pageSize)
    // SAFETY: every access checks its range against the buffer.
    unsafe target.store(Self.magicNumber, at: 0)
    unsafe target.store(Self.version, at: 4)
    unsafe target.store(flags.rawValue, at: 5)
    unsafe target.store(UInt16(headerLength), at: 6)
    unsafe target.store(segment, at: 8)
    unsafe target.store(index, at: 12)
    unsafe target.store(offset, at: 16)
    unsafe target.store(length, at: 24)
    unsafe target.store(description.blob.high, at: 32)
    unsafe target.store(description.blob.low, at: 40)
    unsafe target.store(blobOffset, at: 48)
    unsafe target.store(description.bucket, at: 56)
    unsafe target.store(description.version, at: 64)
    unsafe target.store(volumeID.high, at: 72)
    unsafe target.store(volumeID.low, at: 80)
    unsafe target.store(UInt16(name.count), at: 88)
    unsafe target.store(UInt16(description.key.count), at: 90)
    unsafe target.store(bytes: name, at: 96)
    unsafe target.store(bytes: description.key, at: 96 + name.count)
    unsafe target.zero(used..<headerLength)
    let crc = unsafe Self.crc(of: UnsafeRawBufferPointer(target), headerLength: headerLength)
    unsafe target.store(crc, at: 92)
  }

  /// Reads the header at the start of `bytes`; nil when there is none that is sound and of a known version.
  static func decode(_ bytes: UnsafeRawBufferPointer) -> ExtentHeader? {
    // SAFETY: every access checks its range, and the sizes are checked before the fields are used.
    guard bytes.count >= VolumeFormat.extentHeaderFixed,
      unsafe bytes.littleEndian(0, as: UInt32.self) == magicNumber,
      unsafe bytes.littleEndian(4, as: UInt8.self) == version
    else { return nil }
    let flags = Flags(rawValue: unsafe bytes.littleEndian(5, as: UInt8.self))
    let headerLength = Int(unsafe bytes.littleEndian(6, as: UInt16.self))
    let nameLength = Int(unsafe bytes.littleEndian(88, as: UInt16.self))
    let keyLength = Int(unsafe bytes.littleEndian(90, as: UInt16.self))
    let length = unsafe bytes.littleEndian(24, as: UInt64.self)
    let used = VolumeFormat.extentHeaderFixed + nameLength + keyLength
    guard headerLength <= bytes.count, headerLength <= VolumeFormat.pageSize, used <= headerLength,
      nameLength <= VolumeFormat.bucketNameBytesMax, keyLength <= VolumeFormat.keyBytesMax,
      length > 0, length <= VolumeFormat.extentPayloadMax, Flags.known.isSuperset(of: flags),
      unsafe crc(of: bytes, headerLength: headerLength) == bytes.littleEndian(92, as: UInt32.self)
    else { return nil }
    // Replacing what is not UTF-8 could make the name longer than a name may be.
    guard let name = unsafe String(validating: bytes.part(96..<96 + nameLength), as: Unicode.UTF8.self) else {
      return nil
    }
    let blob = unsafe BlobID(
      high: bytes.littleEndian(32, as: UInt64.self), low: bytes.littleEndian(40, as: UInt64.self))
    let description = unsafe ExtentDescription(
      blob: blob, bucket: bytes.littleEndian(56, as: UInt64.self),
      bucketName: name,
      key: Array(bytes.part(96 + nameLength..<used)), version: bytes.littleEndian(64, as: UInt64.self))
    return unsafe ExtentHeader(
      flags: flags, headerLength: headerLength, segment: bytes.littleEndian(8, as: UInt32.self),
      index: bytes.littleEndian(12, as: UInt32.self), offset: bytes.littleEndian(16, as: UInt64.self),
      length: length, blobOffset: bytes.littleEndian(48, as: UInt64.self),
      volumeID: VolumeID(
        high: bytes.littleEndian(72, as: UInt64.self), low: bytes.littleEndian(80, as: UInt64.self)),
      description: description)
  }

  /// The CRC of a header: everything but the CRC field itself.
  private static func crc(of bytes: UnsafeRawBufferPointer, headerLength: Int) -> UInt32 {
    // SAFETY: both parts check their range.
    let first = unsafe CRC.crc32c(bytes.part(0..<92))
    return unsafe CRC.crc32c(bytes.part(96..<headerLength), seed: first)
  }
}
