import Primitives

/// The first page of a segment file (docs/format/volume.md).
struct SegmentHeader: Hashable, Sendable {
  static let version: UInt16 = 1
  static let magicNumber = magic("WEIRSEG1")
  private static let crcOffset = VolumeFormat.pageSize - 4

  /// The volume's number.
  var volume: UInt16
  /// The volume's id.
  var volumeID: VolumeID
  /// The segment's number.
  var segment: UInt32
  /// When it was created, in milliseconds since 1970 UTC.
  var createdMilliseconds: Int64
  /// The preallocated size in bytes.
  var capacity: UInt64

  /// Writes the page into `target`, which has room for it.
  func encode(into target: UnsafeMutableRawBufferPointer) {
    // SAFETY: every access checks its range against the buffer.
    unsafe target.zero(0..<VolumeFormat.pageSize)
    unsafe target.store(Self.magicNumber, at: 0)
    unsafe target.store(Self.version, at: 8)
    unsafe target.store(volume, at: 10)
    unsafe target.store(segment, at: 12)
    unsafe target.store(volumeID.high, at: 16)
    unsafe target.store(volumeID.low, at: 24)
    unsafe target.store(createdMilliseconds, at: 32)
    unsafe target.store(capacity, at: 40)
    unsafe target.store(CRC.crc32c(target.part(0..<Self.crcOffset)), at: Self.crcOffset)
  }

  /// Reads a page; throws `.damaged` when it is not a sound header, `.format` for an unknown version.
  static func decode(_ page: UnsafeRawBufferPointer) throws(VolumeError) -> SegmentHeader {
    // SAFETY: every access checks its range, and the size is checked first.
    guard page.count >= VolumeFormat.pageSize, unsafe page.littleEndian(0, as: UInt64.self) == magicNumber
    else {
      throw VolumeError(.damaged, "the segment has no header")
    }
    let version = unsafe page.littleEndian(8, as: UInt16.self)
    let crc = unsafe page.littleEndian(crcOffset, as: UInt32.self)
    guard unsafe CRC.crc32c(page.part(0..<crcOffset)) == crc else {
      throw VolumeError(.damaged, "the segment's header does not match its CRC")
    }
    guard version == Self.version else {
      throw VolumeError(.format, "it has segment format \(version), and this release knows \(Self.version)")
    }
    return unsafe SegmentHeader(
      volume: page.littleEndian(10, as: UInt16.self),
      volumeID: VolumeID(
        high: page.littleEndian(16, as: UInt64.self), low: page.littleEndian(24, as: UInt64.self)),
      segment: page.littleEndian(12, as: UInt32.self),
      createdMilliseconds: page.littleEndian(32, as: Int64.self),
      capacity: page.littleEndian(40, as: UInt64.self))
  }
}
