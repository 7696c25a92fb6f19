/// The extent that a `BlobWriter` is filling.
struct ExtentInProgress {
  /// Its index within the blob.
  let index: UInt32
  /// Where in the blob its payload starts.
  let blobOffset: UInt64
  /// Bytes from its start to its payload.
  let headerLength: Int
  /// The most payload it takes: a limit of the options until space is reserved, then what was reserved.
  var payloadMax: UInt64
  /// Payload bytes so far.
  var length: UInt64 = 0
  /// Their CRCs.
  var sums = BlockSums()
  /// Its space, once the first buffer had to be written.
  var reservation: Reservation?
  /// Where in the segment the next buffer goes.
  var fileOffset: UInt64 = 0
  /// The header as it was written, when it was: a forecast, until the extent is closed.
  var writtenHeader: ExtentHeader?

  /// Whether no payload byte fits any more.
  var isFull: Bool { length == payloadMax }

  /// Bytes of an extent with so much payload.
  static func size(headerLength: Int, payload: UInt64) -> UInt64 {
    UInt64(headerLength) + payload + UInt64(VolumeFormat.trailerLength(payload: payload))
  }

  /// The most payload of an extent that fits `space` bytes.
  static func payload(headerLength: Int, space: UInt64) -> UInt64 {
    let fixed = UInt64(headerLength + VolumeFormat.extentTrailerFixed)
    guard space > fixed + 4 else { return 0 }
    let perBlock = UInt64(VolumeFormat.blockSize + 4)
    let blocks = (space - fixed + perBlock - 1) / perBlock
    return space - fixed - 4 * blocks
  }
}
