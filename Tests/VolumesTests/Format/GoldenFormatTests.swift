import Primitives
import Testing

@testable import Volumes

/// The bytes of docs/format/volume.md, computed by an independent program. A change here is a new format version.
struct GoldenFormatTests {
  private let volumeID = VolumeID(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718)

  private var description: ExtentDescription {
    ExtentDescription(
      blob: BlobID(high: 0xA1A2_A3A4_A5A6_A7A8, low: 0xB1B2_B3B4_B5B6_B7B8), bucket: 9, bucketName: "bucket",
      key: Array("k/é".utf8), version: 77)
  }

  private func header(aligned: Bool) -> ExtentHeader {
    ExtentHeader(
      flags: aligned ? [.aligned, .last] : .last, headerLength: aligned ? 4_096 : 106, segment: 0x2A,
      index: 3,
      offset: 0x2000, length: 65_537, blobOffset: 196_608, volumeID: volumeID, description: description)
  }

  @Test func identity() throws {
    let identity = VolumeIdentity(number: 7, id: volumeID, createdMilliseconds: 1_700_000_000_123)
    let golden =
      "57454952564f4c310100070000000000080706050403020118171615141312117b68e5cf8b010000"
      + "00000000000000000000000000000000000000004336812f"
    #expect(Hex.encode(identity.encoded()) == golden)
    #expect(try VolumeIdentity.decode(identity.encoded()) == identity)
  }

  @Test func segmentHeader() throws {
    let header = SegmentHeader(
      volume: 7, volumeID: volumeID, segment: 0x2A, createdMilliseconds: 1_700_000_000_123,
      capacity: 256 << 20)
    let page = unsafe encoded(count: 4_096) { unsafe header.encode(into: $0) }
    let golden =
      "5745495253454731010007002a000000080706050403020118171615141312117b68e5cf8b010000"
      + "0000001000000000"
    #expect(Hex.encode(page[..<48]) == golden)
    #expect(page[48..<4_092].allSatisfy { $0 == 0 })
    #expect(Hex.encode(page[4_092...]) == "38f43756")
    #expect(
      try unsafe page.withUnsafeBytes { bytes throws in try unsafe SegmentHeader.decode(bytes) } == header)
  }

  @Test func extentHeader() {
    let golden =
      "5745585401026a002a0000000300000000200000000000000100010000000000a8a7a6a5a4a3a2a1"
      + "b8b7b6b5b4b3b2b1000003000000000009000000000000004d000000000000000807060504030201"
      + "1817161514131211060004009ae5f70f6275636b65746b2fc3a9"
    let packed = unsafe encoded(count: 106) { unsafe header(aligned: false).encode(into: $0) }
    #expect(Hex.encode(packed) == golden)
    #expect(decodeHeader(packed) == header(aligned: false))
    let aligned = unsafe encoded(count: 4_096) { unsafe header(aligned: true).encode(into: $0) }
    #expect(Hex.encode(aligned[92..<96]) == "45e5888b")
    #expect(decodeHeader(aligned) == header(aligned: true))
  }

  @Test func extentTrailer() {
    let location = ExtentLocation(volume: 7, segment: 0x2A, offset: 0x2000, length: 65_537, headerLength: 106)
    let golden =
      "5754524c2a00000000200000000000000100010000000000a8a7a6a5a4a3a2a1b8b7b6b5b4b3b2b1"
      + "02000000c4c3c2c1d4d3d2d194a8d04e"
    let bytes = unsafe encoded(count: 56) {
      unsafe ExtentTrailer.encode(
        location, blob: description.blob, blocks: [0xC1C2_C3C4, 0xD1D2_D3D4], into: $0)
    }
    #expect(Hex.encode(bytes) == golden)
    unsafe bytes.withUnsafeBytes { bytes in
      #expect(unsafe ExtentTrailer.isSound(bytes, of: location))
      #expect(unsafe ExtentTrailer.blob(bytes) == description.blob)
      #expect(unsafe ExtentTrailer.blockCRC(bytes, 1) == 0xD1D2_D3D4)
    }
  }

  @Test func location() throws {
    let location = ExtentLocation(volume: 7, segment: 300, offset: 8_192, length: 65_537, headerLength: 106)
    var writer = ByteWriter()
    location.encode(to: &writer)
    #expect(Hex.encode(writer.bytes) == "07ac0280406a818004")
    var reader = ByteReader(writer.bytes)
    #expect(try ExtentLocation(decoding: &reader) == location)
    #expect(reader.isAtEnd)
  }

  @Test func segmentNames() {
    #expect(SegmentName.string(0x2A) == "0000002a.seg")
    #expect(SegmentName.string(.max) == "ffffffff.seg")
    for number in [1, 0x2A, 0xFEDC_BA98, .max] as [UInt32] {
      #expect(SegmentName.number(SegmentName.string(number)) == number)
    }
    for name in [
      "0000002A.seg", "2a.seg", "00000000.seg", "0000002a.seh", "0000002a.seg~", "+000002a.seg", "",
    ] {
      #expect(SegmentName.number(name) == nil, "\(name)")
    }
  }
}
