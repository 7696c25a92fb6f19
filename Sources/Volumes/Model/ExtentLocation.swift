/// Where an extent lies and how long it is: all that a reader needs (docs/format/volume.md, "Location").
package struct ExtentLocation: Hashable, Sendable {
  /// The volume's number.
  package let volume: UInt16
  /// The segment's number within the volume, from 1.
  package let segment: UInt32
  /// Bytes from the start of the segment file to the extent's header.
  package let offset: UInt64
  /// Payload bytes, 1 … 1 GiB.
  package let length: UInt64
  /// Bytes from the start of the header to the payload, 96 … 4,096.
  package let headerLength: UInt16

  /// A location. Nothing is checked here: a reader judges a location from a damaged record when it is used.
  package init(
    volume: UInt16, segment: UInt32, offset: UInt64, length: UInt64,
    headerLength: UInt16 = UInt16(VolumeFormat.pageSize)
  ) {
    self.volume = volume
    self.segment = segment
    self.offset = offset
    self.length = length
    self.headerLength = headerLength
  }

  /// Bytes that the extent takes on disk: header, payload and trailer, without the padding of its region.
  /// This is the unit in which live and dead bytes are accounted.
  package var footprint: UInt64 {
    let size = UInt64(VolumeFormat.blockSize)
    let blocks = length / size + (length % size == 0 ? 0 : 1)
    return UInt64(headerLength) &+ length &+ UInt64(VolumeFormat.extentTrailerFixed) &+ blocks &* 4
  }

  /// Whether the numbers are within the limits of the format; a location from a sound record always is.
  var isPlausible: Bool {
    segment > 0 && length > 0 && length <= VolumeFormat.extentPayloadMax
      && Int(headerLength) >= VolumeFormat.extentHeaderFixed && Int(headerLength) <= VolumeFormat.pageSize
      && offset >= UInt64(VolumeFormat.pageSize) && offset <= VolumeFormat.segmentSizeMax
  }

  /// Bytes from the start of the segment file to the payload. The location is plausible.
  var payloadOffset: UInt64 { offset + UInt64(headerLength) }

  /// Bytes from the start of the segment file to the trailer. The location is plausible.
  var trailerOffset: UInt64 { payloadOffset + length }

  /// 64 KiB blocks of payload, the last one perhaps shorter. The location is plausible.
  var blockCount: Int { (Int(length) + VolumeFormat.blockSize - 1) / VolumeFormat.blockSize }

  /// Bytes of the trailer. The location is plausible.
  var trailerLength: Int { VolumeFormat.trailerLength(blocks: blockCount) }
}
