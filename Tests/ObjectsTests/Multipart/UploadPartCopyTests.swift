import Metadata
import Primitives
import Testing
import Volumes

@testable import Objects

@Suite struct UploadPartCopyTests {
  @Test(arguments: TestStore.Kind.allCases)
  func rangesShareBytes(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.bucket()
      let bytes = patternBytes(700_000)
      try await store.put(bucket, "s", bytes)
      let written = store.volumes.statistics().payloadBytesWritten
      let upload = try await store.begin(bucket, "t", .crc32)
      let ranges: [Range<Int>] = [0..<700_000, 1..<70_000, 262_143..<262_145 + 9000, 699_990..<700_000]
      var parts: [PartInfo] = []
      var expected: [UInt8] = []
      for (index, range) in ranges.enumerated() {
        let part = try await store.partCopy(
          bucket, upload, index + 1, from: "s", UInt64(range.lowerBound)..<UInt64(range.upperBound))
        let wanted = Array(bytes[range])
        #expect(part.etag.md5 == MD5.hash(wanted) && part.size == UInt64(wanted.count))
        parts.append(part)
        expected += wanted
      }
      #expect(store.volumes.statistics().payloadBytesWritten == written)
      try await expectSound(store)
      try await store.delete(bucket, "s")
      try await expectSound(store)
      try await store.complete(bucket, upload, parts)
      #expect(try await store.get(bucket, "t") == expected)
      try await expectSound(store)

      // Slices of slices, across parts.
      let second = try await store.begin(bucket, "u")
      let range = UInt64(650_000)..<UInt64(expected.count - 3)
      let part = try await store.partCopy(bucket, second, 1, from: "t", range)
      try await store.complete(bucket, second, [part])
      try await store.delete(bucket, "t")
      #expect(try await store.get(bucket, "u") == Array(expected[650_000..<(expected.count - 3)]))
      try await expectSound(store)
      try await store.delete(bucket, "u")
      try await expectSound(store)
      #expect(store.volumes.statistics().liveBytes == 0)
    }
  }

  @Test func wholeSourcesAndSmallOnes() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "t")
      try await store.put(bucket, "big", patternBytes(90_000))
      try await store.put(bucket, "small", patternBytes(1200, seed: 2))
      try await store.put(bucket, "empty", [])
      let parts = [
        try await store.partCopy(bucket, upload, 1, from: "big"),
        try await store.partCopy(bucket, upload, 2, from: "small"),
        try await store.partCopy(bucket, upload, 3, from: "empty"),
      ]
      #expect(parts.map(\.size) == [90_000, 1200, 0])
      // A part is replaced, and the old one's references go.
      let again = try await store.partCopy(bucket, upload, 1, from: "small")
      try await expectSound(store)
      let result = try await store.complete(bucket, upload, [again, parts[1], parts[2]])
      #expect(result.size == 2400)
      let small = patternBytes(1200, seed: 2)
      #expect(try await store.get(bucket, "t") == small + small)
      try await expectSound(store)
    }
  }

  @Test func rangesAndConditionsAreChecked() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "t")
      try await store.put(bucket, "s", patternBytes(9000))
      for range: Range<UInt64> in [0..<9001, 9000..<9001, 5..<5, 0..<UInt64.max] {
        await expectError(.copyRangeOutOfBounds(sourceSize: 9000)) {
          try await store.partCopy(bucket, upload, 1, from: "s", range)
        }
      }
      await expectError(.noSuchKey(try key("x"))) {
        try await store.partCopy(bucket, upload, 1, from: "x")
      }
      var request = UploadPartCopyRequest(
        source: CopySource(
          bucket: bucket, key: try key("s"), conditions: ReadConditions(ifMatch: .oneOf(["x"]))),
        bucket: bucket, key: upload.key, uploadID: upload.id.text, number: 1)
      await expectError(.preconditionFailed(.copySourceIfMatch)) {
        _ = try await store.objects.uploadPartCopy(request)
      }
      request.source.conditions = .none
      request.uploadID = UploadID(created: 1, random: 1).text
      await expectError(.noSuchUpload(id: request.uploadID)) {
        _ = try await store.objects.uploadPartCopy(request)
      }
      // A whole source above the limit of a part.
      let big = try await store.begin(bucket, "big")
      let bytes = patternBytes(4 << 20)
      let parts = [
        try await store.part(bucket, big, 1, bytes), try await store.part(bucket, big, 2, bytes),
      ]
      try await store.complete(bucket, big, parts)
      await expectError(.copySourceTooLarge(size: 8 << 20, maximum: 4 << 20)) {
        try await store.partCopy(bucket, upload, 1, from: "big")
      }
      try await expectSound(store)
    }
  }
}
