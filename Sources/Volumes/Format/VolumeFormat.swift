/// The numbers of docs/format/volume.md.
enum VolumeFormat {
  /// The unit of alignment, in bytes.
  static let pageSize = 4_096
  /// Payload bytes under one CRC.
  static let blockSize = 65_536
  /// Bytes of an extent header before the bucket name.
  static let extentHeaderFixed = 96
  /// Bytes of an extent trailer without its block CRCs.
  static let extentTrailerFixed = 48
  /// Greatest payload of one extent, in bytes.
  static let extentPayloadMax: UInt64 = 1 << 30
  /// Greatest length of a bucket name in a header, in bytes.
  static let bucketNameBytesMax = 255
  /// Greatest length of a key in a header, in bytes.
  static let keyBytesMax = 1_024
  /// Smallest segment, in bytes.
  static let segmentSizeMin: UInt64 = 64 << 10
  /// Greatest segment, in bytes.
  static let segmentSizeMax: UInt64 = 4 << 30
  /// Bytes of the identity file.
  static let identitySize = 64

  /// Bytes of a trailer over `blocks` blocks.
  static func trailerLength(blocks: Int) -> Int { extentTrailerFixed + 4 * blocks }

  /// Bytes of the trailer behind `payload` bytes.
  static func trailerLength(payload: UInt64) -> Int {
    trailerLength(blocks: (Int(payload) + blockSize - 1) / blockSize)
  }

  /// `value` rounded up to whole pages.
  static func roundedUpToPage(_ value: UInt64) -> UInt64 {
    (value + UInt64(pageSize) - 1) & ~UInt64(pageSize - 1)
  }

  /// `value` rounded down to whole pages.
  static func roundedDownToPage(_ value: UInt64) -> UInt64 { value & ~UInt64(pageSize - 1) }
}
