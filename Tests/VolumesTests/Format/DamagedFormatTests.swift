import Primitives
import Testing

@testable import Volumes

/// Decoders against bytes that no encoder wrote: every one answers, none traps, and no changed bit passes.
struct DamagedFormatTests {
  private func header(key: Int, name: Int, aligned: Bool) -> ExtentHeader {
    let description = ExtentDescription(
      blob: BlobID(high: 1, low: 2), bucket: 3, bucketName: String(repeating: "b", count: name),
      key: Pattern(seed: 5).bytes(0..<UInt64(key)), version: 4)
    return ExtentHeader(
      flags: aligned ? .aligned : [], headerLength: aligned ? 4_096 : description.headerLength, segment: 5,
      index: 6, offset: 4_096, length: 100, blobOffset: 7, volumeID: VolumeID(high: 8, low: 9),
      description: description)
  }

  @Test(arguments: [(0, 0), (1, 3), (1_024, 255), (1_024, 63)])
  func headerRoundTrips(key: Int, name: Int) {
    for aligned in [false, true] {
      let header = header(key: key, name: name, aligned: aligned)
      let bytes = unsafe encoded(count: header.headerLength) { unsafe header.encode(into: $0) }
      #expect(decodeHeader(bytes) == header)
    }
  }

  @Test func everyFlippedBitOfAHeaderShows() {
    let header = header(key: 40, name: 10, aligned: false)
    let bytes = unsafe encoded(count: header.headerLength) { unsafe header.encode(into: $0) }
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(decodeHeader(damaged) == nil, "bit \(bit)")
    }
    for count in 0..<bytes.count { #expect(decodeHeader(Array(bytes[..<count])) == nil) }
  }

  @Test func everyFlippedBitOfATrailerShows() {
    let location = ExtentLocation(volume: 1, segment: 2, offset: 4_096, length: 200_000, headerLength: 120)
    let bytes = unsafe encoded(count: location.trailerLength) {
      unsafe ExtentTrailer.encode(location, blob: BlobID(high: 1, low: 2), blocks: [1, 2, 3, 4], into: $0)
    }
    #expect(isSoundTrailer(bytes, of: location))
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(!isSoundTrailer(damaged, of: location), "bit \(bit)")
    }
    for count in 0..<bytes.count { #expect(!isSoundTrailer(Array(bytes[..<count]), of: location)) }
  }

  @Test func aTrailerOfAnotherPlaceIsRefused() {
    let location = ExtentLocation(volume: 1, segment: 2, offset: 4_096, length: 10)
    let bytes = unsafe encoded(count: location.trailerLength) {
      unsafe ExtentTrailer.encode(location, blob: BlobID(high: 1, low: 2), blocks: [1], into: $0)
    }
    let others = [
      ExtentLocation(volume: 1, segment: 3, offset: 4_096, length: 10),
      ExtentLocation(volume: 1, segment: 2, offset: 8_192, length: 10),
      ExtentLocation(volume: 1, segment: 2, offset: 4_096, length: 11),
    ]
    for other in others { #expect(!isSoundTrailer(bytes, of: other)) }
  }

  @Test func everyFlippedBitOfAnIdentityShows() {
    let bytes = VolumeIdentity(number: 1, id: VolumeID(high: 1, low: 2), createdMilliseconds: 3).encoded()
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(throws: VolumeError.self) { try VolumeIdentity.decode(damaged) }
    }
    for count in 0..<bytes.count {
      #expect(throws: VolumeError.self) { try VolumeIdentity.decode(Array(bytes[..<count])) }
    }
    #expect(throws: VolumeError.self) { try VolumeIdentity.decode(bytes + [0]) }
  }

  @Test func aLaterVersionIsNamed() {
    var bytes = VolumeIdentity(number: 1, id: VolumeID(high: 1, low: 2), createdMilliseconds: 3).encoded()
    bytes[8] = 2
    let error = #expect(throws: VolumeError.self) { try VolumeIdentity.decode(bytes) }
    #expect(error?.code == .format)
    #expect(error?.message.contains("2") == true)
  }

  @Test func aNameThatIsNotTextIsRefused() {
    // Replacing each bad byte by U+FFFD would make the name three times as long as a name may be.
    let header = header(key: 1, name: 255, aligned: false)
    var bytes = unsafe encoded(count: header.headerLength) { unsafe header.encode(into: $0) }
    for index in 96..<96 + 255 { bytes[index] = 0xFF }
    let crc = unsafe bytes.withUnsafeBytes { bytes in
      unsafe CRC.crc32c(bytes.part(96..<bytes.count), seed: CRC.crc32c(bytes.part(0..<92)))
    }
    unsafe bytes.withUnsafeMutableBytes { unsafe $0.store(crc, at: 92) }
    #expect(decodeHeader(bytes) == nil)
  }

  /// Random bytes, and random changes of sound ones with the CRC made right again, so that the checks behind
  /// the CRC are reached.
  @Test func decodersNeverTrap() {
    var generator = SeededGenerator(seed: 2)
    let sound = header(key: 30, name: 12, aligned: false)
    let bytes = unsafe encoded(count: sound.headerLength) { unsafe sound.encode(into: $0) }
    for _ in 0..<4_000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        damaged[Int.random(in: 4..<damaged.count, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      let length = Int(damaged[6]) | Int(damaged[7]) << 8
      if (96...damaged.count).contains(length) {
        let crc = unsafe damaged.withUnsafeBytes { bytes in
          unsafe CRC.crc32c(bytes.part(96..<length), seed: CRC.crc32c(bytes.part(0..<92)))
        }
        unsafe damaged.withUnsafeMutableBytes { unsafe $0.store(crc, at: 92) }
      }
      if let header = decodeHeader(damaged) { #expect(header.headerLength <= damaged.count) }
      let junk = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      #expect(decodeHeader(junk) == nil)
      #expect(throws: VolumeError.self) { try VolumeIdentity.decode(junk) }
      #expect(throws: VolumeError.self) {
        try unsafe junk.withUnsafeBytes { bytes throws in try unsafe SegmentHeader.decode(bytes) }
      }
      var reader = ByteReader(junk)
      if let location = try? ExtentLocation(decoding: &reader) {
        #expect(location.isPlausible)
        #expect(!isSoundTrailer(junk, of: location))
      }
    }
  }

  @Test(arguments: [
    ExtentLocation(volume: 0, segment: 0, offset: 4_096, length: 1),
    ExtentLocation(volume: 0, segment: 1, offset: 0, length: 1),
    ExtentLocation(volume: 0, segment: 1, offset: .max, length: 1),
    ExtentLocation(volume: 0, segment: 1, offset: 4_096, length: 0),
    ExtentLocation(volume: 0, segment: 1, offset: 4_096, length: (1 << 30) + 1),
    ExtentLocation(volume: 0, segment: 1, offset: 4_096, length: .max),
    ExtentLocation(volume: 0, segment: 1, offset: 4_096, length: 1, headerLength: 95),
    ExtentLocation(volume: 0, segment: 1, offset: 4_096, length: 1, headerLength: 4_097),
  ])
  func impossibleLocationsAreRefused(location: ExtentLocation) {
    var writer = ByteWriter()
    location.encode(to: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(throws: RecordError.self) { try ExtentLocation(decoding: &reader) }
    // Neither accounting nor reading traps on one that was not decoded.
    _ = location.footprint
    #expect(throws: VolumeError.self) {
      _ = try ReadCursor([location], range: 0..<1, capacity: 256 << 10)
    }
  }
}
