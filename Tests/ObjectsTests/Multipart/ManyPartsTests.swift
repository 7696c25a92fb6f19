import Primitives
import Testing
import Volumes

@testable import Objects

/// The greatest object there can be, and the greatest number of parts.
@Suite struct ManyPartsTests {
  /// 10,000 parts of 5 GiB, each in 80 extents: no value is huge, and any range is found.
  @Test func tenThousandPartsOfFiveGiB() throws {
    let limits = ObjectLimits()
    let size: UInt64 = 5 << 30
    var sink = ManifestSink(limits)
    var values: [Int: [UInt8]] = [:]
    for number in 1...10_000 {
      sink.append(Self.part(number, size))
      while sink.waiting > limits.manifestRowsPerCommit {
        for row in sink.take(limits.manifestRowsPerCommit) { values[row.index] = row.value }
      }
    }
    sink.finish()
    for row in sink.take(.max) { values[row.index] = row.value }
    #expect(values.values.allSatisfy { $0.count < limits.manifestRowBytes + 4096 })

    var record = RecordSamples.object(
      sink.content(ManifestID(high: 1, low: 2)), size: size * 10_000, parts: 10_000)
    record.checksum = [1, 2, 3, 4]
    let value = record.encode()
    #expect(value.count < 32 << 10)
    let read = try ObjectRecord(decoding: value)
    #expect(read.row.size == 53_687_091_200_000)
    let object = ContentMap(
      info: read.info(key: ObjectKey(stored: [1]), bucketOwner: PrincipalID("x")), content: read.content,
      manifestRows: values.sorted { $0.key < $1.key }.map(\.value))
    for number in [1, 2, 4_999, 9_999, 10_000] {
      let part = try object.part(number)
      #expect(part.range == UInt64(number - 1) * size..<UInt64(number) * size)
      let pieces = try object.pieces(part.range.lowerBound + 1..<part.range.lowerBound + 3)
      guard case .slice(let slice)? = pieces.first else {
        Issue.record("no slice")
        return
      }
      #expect(slice.blob.low == UInt64(number) && slice.offset == 1 && slice.length == 2)
      #expect(slice.extents.count == 1)
    }
  }

  private static func part(_ number: Int, _ size: UInt64) -> PartEntry {
    let extents = (0..<80).map { index in
      ExtentLocation(
        volume: 0, segment: UInt32(number * 20 + index / 4), offset: UInt64(4096 + index % 4 * (64 << 20)),
        length: 64 << 20)
    }
    return PartEntry(
      number: number, size: size, etag: RecordSamples.md5, checksum: [1, 2, 3, 4],
      pieces: [.slice(BlobSlice(blob: BlobID(high: 1, low: UInt64(number)), extents: extents))])
  }

  /// 10,000 parts through the store, with the limits as they are but for the size of a part.
  @Test func tenThousandParts() async throws {
    var limits = ObjectLimits()
    limits.smallestPart = 1
    try await TestStore.with(limits: limits) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "k", .crc32c)
      var parts: [PartInfo] = []
      for number in 1...10_000 {
        parts.append(try await store.part(bucket, upload, number, [UInt8(truncatingIfNeeded: number)]))
      }
      let result = try await store.complete(bucket, upload, parts)
      #expect(result.etag.partCount == 10_000 && result.checksum.partCount == 10_000)
      let expected = (1...10_000).map { UInt8(truncatingIfNeeded: $0) }
      #expect(try await store.get(bucket, "k") == expected)
      #expect(try await store.get(bucket, "k", 5_000..<5_010) == Array(expected[5_000..<5_010]))
      let (_, page) = try await store.objects.objectParts(
        bucket: bucket, key: key("k"), after: 9_990, limit: 1000)
      #expect(page.parts.map(\.number) == Array(9_991...10_000) && !page.isTruncated)
      #expect(page.parts.last?.checksum == parts.last?.checksum)
      try await expectSound(store)
      try await store.delete(bucket, "k")
      try await expectSound(store)
    }
  }

  @Test func emptyParts() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "k")
      let part = try await store.part(bucket, upload, 1, [])
      let result = try await store.complete(bucket, upload, [part])
      #expect(result.size == 0 && result.etag.partCount == 1)
      #expect(try await store.get(bucket, "k") == [])
      let (_, found) = try await store.objects.objectPart(bucket: bucket, key: key("k"), number: 1)
      #expect(found.range == 0..<0)
      try await store.copy((bucket, "k"), to: (bucket, "c"))
      #expect(try await store.get(bucket, "c") == [])
      try await expectSound(store)
    }
  }
}
