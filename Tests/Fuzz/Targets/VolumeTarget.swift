import Primitives

@testable import Volumes

/// What lies on a volume besides payload. The first byte of an input chooses the structure; its top bit asks for a
/// right checksum and magic number, which random bytes never have. What is decoded and encoded again is the same.
enum VolumeTarget {
  static func run(_ input: [UInt8]) throws(BrokenProperty) {
    guard let first = input.first else { return }
    let mended = first & 0x80 != 0
    let bytes = Array(input[1...])
    switch first & 0x7F % 6 {
    case 0: try identity(bytes, mended)
    case 1: try segmentHeader(bytes, mended)
    case 2: try extentHeader(bytes, mended)
    case 3: try trailer(bytes, mended)
    case 4: try segmentName(bytes)
    default: try location(bytes)
    }
  }

  private static func identity(_ input: [UInt8], _ mended: Bool) throws(BrokenProperty) {
    var bytes = input
    if mended {
      resize(&bytes, to: VolumeFormat.identitySize)
      store(VolumeIdentity.magicNumber, at: 0, in: &bytes)
      store(VolumeIdentity.version, at: 8, in: &bytes)
      store(CRC.crc32c(Array(bytes[..<60])), at: 60, in: &bytes)
    }
    guard let found = try? VolumeIdentity.decode(bytes) else {
      return try require(!mended, "a sound identity")
    }
    let again = try? VolumeIdentity.decode(found.encoded())
    try require(again == found, "an identity encoded again")
  }

  private static func segmentHeader(_ input: [UInt8], _ mended: Bool) throws(BrokenProperty) {
    var bytes = input
    let sum = VolumeFormat.pageSize - 4
    if mended {
      resize(&bytes, to: VolumeFormat.pageSize)
      store(SegmentHeader.magicNumber, at: 0, in: &bytes)
      store(SegmentHeader.version, at: 8, in: &bytes)
      store(CRC.crc32c(Array(bytes[..<sum])), at: sum, in: &bytes)
    }
    guard let found = decodeSegmentHeader(bytes) else {
      return try require(!mended, "a sound segment header")
    }
    var page = [UInt8](repeating: 0, count: VolumeFormat.pageSize)
    page.withRoom { unsafe found.encode(into: $0) }
    try require(decodeSegmentHeader(page) == found, "a segment header encoded again")
  }

  private static func decodeSegmentHeader(_ bytes: [UInt8]) -> SegmentHeader? {
    bytes.withPart(0..<bytes.count) { unsafe try? SegmentHeader.decode($0) }
  }

  private static func extentHeader(_ input: [UInt8], _ mended: Bool) throws(BrokenProperty) {
    var bytes = input
    if mended, bytes.count >= VolumeFormat.extentHeaderFixed {
      store(ExtentHeader.magicNumber, at: 0, in: &bytes)
      store(ExtentHeader.version, at: 4, in: &bytes)
      let length = Int(bytes[6]) | Int(bytes[7]) << 8
      if (VolumeFormat.extentHeaderFixed...bytes.count).contains(length) {
        store(
          CRC.crc32c(Array(bytes[96..<length]), seed: CRC.crc32c(Array(bytes[..<92]))), at: 92, in: &bytes)
      }
    }
    guard let found = decodeExtentHeader(bytes) else { return }
    var room = [UInt8](repeating: 0xFF, count: found.headerLength)
    room.withRoom { unsafe found.encode(into: $0) }
    try require(decodeExtentHeader(room) == found, "an extent header encoded again")
  }

  private static func decodeExtentHeader(_ bytes: [UInt8]) -> ExtentHeader? {
    bytes.withPart(0..<bytes.count) { unsafe ExtentHeader.decode($0) }
  }

  /// A location, and behind it what may be its trailer.
  private static func trailer(_ input: [UInt8], _ mended: Bool) throws(BrokenProperty) {
    var reader = ByteReader(input)
    guard let location = try? ExtentLocation(decoding: &reader), location.length <= 1 << 20 else { return }
    var bytes = reader.rest()
    if mended {
      resize(&bytes, to: location.trailerLength)
      store(ExtentTrailer.magicNumber, at: 0, in: &bytes)
      store(location.segment, at: 4, in: &bytes)
      store(location.offset, at: 8, in: &bytes)
      store(location.length, at: 16, in: &bytes)
      store(UInt32(location.blockCount), at: 40, in: &bytes)
      store(CRC.crc32c(Array(bytes.dropLast(4))), at: bytes.count - 4, in: &bytes)
    }
    let all = 0..<bytes.count
    let isSound = bytes.withPart(all) { unsafe ExtentTrailer.isSound($0, of: location) }
    guard isSound else { return try require(!mended, "a sound trailer") }
    let blob = bytes.withPart(all) { unsafe ExtentTrailer.blob($0) }
    let blocks = bytes.withPart(all) { trailer in
      (0..<location.blockCount).map { unsafe ExtentTrailer.blockCRC(trailer, $0) }
    }
    var room = [UInt8](repeating: 0, count: location.trailerLength)
    room.withRoom { unsafe ExtentTrailer.encode(location, blob: blob, blocks: blocks, into: $0) }
    try requireEqual(room, bytes, "a trailer encoded again")
  }

  private static func segmentName(_ input: [UInt8]) throws(BrokenProperty) {
    let name = text(input)
    if let number = SegmentName.number(name) {
      try requireEqual(SegmentName.string(number), name, "the name of a segment")
    }
  }

  private static func location(_ input: [UInt8]) throws(BrokenProperty) {
    var reader = ByteReader(input)
    guard let found = try? ExtentLocation(decoding: &reader) else { return }
    try require(found.isPlausible && found.footprint > found.length, "a location that is taken is plausible")
    var writer = ByteWriter()
    found.encode(to: &writer)
    try requireEqual(writer.bytes, Array(input[..<reader.position]), "a location encoded again")
  }

  private static func resize(_ bytes: inout [UInt8], to count: Int) {
    bytes = Array(bytes.prefix(count))
    bytes += [UInt8](repeating: 0, count: count - bytes.count)
  }

  private static func store(_ value: some FixedWidthInteger, at offset: Int, in bytes: inout [UInt8]) {
    bytes.withRoom { unsafe $0.store(value, at: offset) }
  }
}
