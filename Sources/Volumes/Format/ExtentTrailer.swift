import Primitives

/// The end of an extent: its place, and a CRC for every 64 KiB of its payload (docs/format/volume.md).
enum ExtentTrailer {
  static let magicNumber: UInt32 = 0x4C52_5457  // "WTRL"

  /// Writes the trailer into the start of `target`, which has room for it.
  static func encode(
    _ location: ExtentLocation, blob: BlobID, blocks: [UInt32], into target: UnsafeMutableRawBufferPointer
  ) {
    let size = VolumeFormat.trailerLength(blocks: blocks.count)
    precondition(blocks.count == location.blockCount)
    // SAFETY: every access checks its range against the buffer.
    unsafe target.store(magicNumber, at: 0)
    unsafe target.store(location.segment, at: 4)
    unsafe target.store(location.offset, at: 8)
    unsafe target.store(location.length, at: 16)
    unsafe target.store(blob.high, at: 24)
    unsafe target.store(blob.low, at: 32)
    unsafe target.store(UInt32(blocks.count), at: 40)
    for index in blocks.indices { unsafe target.store(blocks[index], at: 44 + 4 * index) }
    unsafe target.store(CRC.crc32c(target.part(0..<size - 4)), at: size - 4)
  }

  /// Whether `bytes` are the sound trailer of the extent at `location`, which is plausible.
  static func isSound(_ bytes: UnsafeRawBufferPointer, of location: ExtentLocation) -> Bool {
    let size = location.trailerLength
    // SAFETY: every access checks its range, and the size is checked first.
    return unsafe bytes.count == size
      && bytes.littleEndian(0, as: UInt32.self) == magicNumber
      && bytes.littleEndian(4, as: UInt32.self) == location.segment
      && bytes.littleEndian(8, as: UInt64.self) == location.offset
      && bytes.littleEndian(16, as: UInt64.self) == location.length
      && bytes.littleEndian(40, as: UInt32.self) == UInt32(location.blockCount)
      && bytes.littleEndian(size - 4, as: UInt32.self) == CRC.crc32c(bytes.part(0..<size - 4))
  }

  /// The blob that the trailer names. The trailer is sound.
  static func blob(_ bytes: UnsafeRawBufferPointer) -> BlobID {
    // SAFETY: the accesses check their range.
    unsafe BlobID(high: bytes.littleEndian(24, as: UInt64.self), low: bytes.littleEndian(32, as: UInt64.self))
  }

  /// The CRC of block `index`. The trailer is sound and has that block.
  static func blockCRC(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt32 {
    // SAFETY: the access checks its range.
    unsafe bytes.littleEndian(44 + 4 * index, as: UInt32.self)
  }
}
