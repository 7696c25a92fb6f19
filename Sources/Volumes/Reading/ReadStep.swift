/// One read from the disk for a `BlobReader`: a run of whole blocks of one extent, and perhaps its trailer.
struct ReadStep: Hashable, Sendable {
  /// Index into the reader's extents.
  var extent: Int
  /// The first block.
  var firstBlock: Int
  /// Blocks in the run; at least one.
  var blockCount: Int
  /// Bytes of the run's payload before and behind the bytes that were asked for.
  var skip: Int
  var take: Int
  /// Whether the trailer lies in the same read, directly behind the last block.
  var withTrailer: Bool
  /// What to read: whole pages of the segment.
  var fileRange: Range<UInt64>
  /// Where in what was read the first block starts.
  var payloadStart: Int
  /// Payload bytes of the run.
  var payloadLength: Int
}

/// Cuts a range of the bytes that extents make together into reads that fit a buffer. Pure.
///
/// A read takes whole blocks, because a CRC covers a block, and is widened to whole pages, because O_DIRECT
/// asks for it and a page cache moves pages anyway. When everything from the first block to the end of the
/// extent fits, the trailer comes with it: a small extent is one read.
struct ReadCursor: Sendable {
  private let extents: [ExtentLocation]
  private let capacity: Int
  private var extent = 0
  /// What is still asked for, relative to the start of `extent`'s payload.
  private var position: UInt64
  private var left: UInt64

  /// A cursor over `range`. Throws `.damaged` for extents that cannot be, or that are shorter than the range:
  /// both come from a damaged record. `capacity` is that of a buffer: two blocks and two pages at least.
  init(_ extents: [ExtentLocation], range: Range<UInt64>, capacity: Int) throws(VolumeError) {
    precondition(capacity >= 2 * VolumeFormat.blockSize + 2 * VolumeFormat.pageSize)
    var total: UInt64 = 0
    for location in extents {
      guard location.isPlausible else {
        throw VolumeError(
          .damaged, "a location is impossible", volume: location.volume, segment: location.segment,
          offset: location.offset)
      }
      total += location.length  // at most 2^30 each: cannot overflow
    }
    guard range.upperBound <= total else {
      throw VolumeError(
        .damaged, "\(range.upperBound) bytes are asked of a blob of \(total)", volume: extents.first?.volume,
        segment: extents.first?.segment)
    }
    self.extents = extents
    self.capacity = capacity
    position = range.lowerBound
    left = range.upperBound - range.lowerBound
  }

  /// The next read; nil at the end.
  mutating func next() -> ReadStep? {
    guard left > 0 else { return nil }
    while position >= extents[extent].length {
      position -= extents[extent].length
      extent += 1
    }
    let location = extents[extent]
    let block = UInt64(VolumeFormat.blockSize)
    let first = position / block
    let start = location.payloadOffset + first * block
    let pageStart = VolumeFormat.roundedDownToPage(start)
    let room = UInt64(capacity) - (start - pageStart)
    let wantedEnd = min(position + left, location.length)
    let end = location.trailerOffset + UInt64(location.trailerLength)
    let withTrailer = VolumeFormat.roundedUpToPage(end) - pageStart <= UInt64(capacity)
    // Whole blocks up to the end of what is wanted, as many as the buffer takes once widened to pages.
    let lastBlock = (wantedEnd - 1) / block
    var blocks = lastBlock - first + 1
    if !withTrailer { blocks = min(blocks, Self.blocksThatFit(room: room, start: start)) }
    let payloadEnd = min((first + blocks) * block, location.length)
    let readEnd = withTrailer ? end : location.payloadOffset + payloadEnd
    let take = min(wantedEnd, payloadEnd) - position
    let step = ReadStep(
      extent: extent, firstBlock: Int(first), blockCount: Int(blocks), skip: Int(position - first * block),
      take: Int(take), withTrailer: withTrailer,
      fileRange: pageStart..<VolumeFormat.roundedUpToPage(readEnd),
      payloadStart: Int(start - pageStart), payloadLength: Int(payloadEnd - first * block))
    position += take
    left -= take
    return step
  }

  /// Blocks from `start` on whose pages fit `room` bytes.
  private static func blocksThatFit(room: UInt64, start: UInt64) -> UInt64 {
    let block = UInt64(VolumeFormat.blockSize)
    let blocks = room / block
    let end = start + blocks * block
    // The last page may reach over the buffer's end when the payload does not start on a page.
    return VolumeFormat.roundedUpToPage(end) - start <= room ? blocks : blocks - 1
  }
}
