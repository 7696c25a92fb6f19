import Metadata
import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

extension TestStore {
  @discardableResult
  func append(
    _ bucket: BucketInfo, _ name: String, at position: Int, _ bytes: [UInt8],
    _ change: (inout AppendObjectRequest) -> Void = { _ in }
  ) async throws -> AppendObjectResult {
    var request = AppendObjectRequest(
      bucket: bucket, key: try key(name), owner: Self.owner, position: UInt64(position))
    change(&request)
    return try await objects.appendObject(request, body: BytesBody(bytes))
  }
}

@Suite struct AppendTests {
  /// Lengths around every bound: none, inline, packed, of several extents.
  static let lengths = [0, 1, 100, 3_000, 4_096, 4_097, 9_000, 70_000, 300_000]

  private func crc(_ bytes: [UInt8]) -> [UInt8] {
    let digest = Digest(.crc64ecma)
    digest.update(bytes)
    return digest.finish()
  }

  @Test(arguments: TestStore.Kind.allCases, [false, true])
  func grows(_ kind: TestStore.Kind, _ isVersioned: Bool) async throws {
    try await TestStore.with(kind) { store in
      let bucket = isVersioned ? try await store.versionedBucket() : try await store.bucket()
      var generator = SeededGenerator(seed: 7)
      var whole: [UInt8] = []
      var tags: Set<ETag> = []
      var labels: Set<VersionLabel?> = []
      for index in 0..<80 {
        let bytes = patternBytes((Self.lengths.randomElement(using: &generator) ?? 0) + index % 3)
        let result = try await store.append(bucket, "log", at: whole.count, bytes)
        whole += bytes
        #expect(result.size == UInt64(whole.count) && result.checksum.value == crc(whole))
        tags.insert(result.etag)
        labels.insert(result.label)
        if index % 10 == 0 {
          #expect(try await store.get(bucket, "log") == whole)
          try await expectSound(store)
        }
      }
      #expect(tags.count == 80 && labels.count == 1)
      let info = try await store.info(bucket, "log")
      #expect(info.kind == .appendable && info.size == UInt64(whole.count) && info.partCount == nil)
      let middle: Range<UInt64> = 5_000..<80_001
      #expect(try await store.get(bucket, "log", middle) == Array(whole[5_000..<80_001]))
      let object = try await store.objects.openObject(bucket: bucket, key: key("log"))
      #expect(object.map.content.ownPieces.count < 40)
      let usage = try await store.objects.usage(of: bucket)
      #expect(usage.objects == 1 && usage.bytes == Int64(whole.count))
      let reopened = try await store.reopened()
      #expect(try await reopened.get(bucket, "log") == whole)
      try await reopened.append(bucket, "log", at: whole.count, [1])
      try await expectSound(reopened)
      if kind == .rocks { await reopened.close() }
    }
  }

  @Test func onlyAtTheEnd() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      await expectError(.positionNotEqualToLength(next: 0)) {
        try await store.append(bucket, "log", at: 1, [1])
      }
      #expect(try await store.append(bucket, "log", at: 0, [1, 2]).size == 2)
      for position in [0, 1, 3] {
        await expectError(.positionNotEqualToLength(next: 2)) {
          try await store.append(bucket, "log", at: position, [1])
        }
      }
      try await store.put(bucket, "plain", [1, 2])
      await expectError(.objectNotAppendable(try key("plain"))) {
        try await store.append(bucket, "plain", at: 2, [3])
      }
      #expect(try await store.get(bucket, "log") == [1, 2])
      try await store.put(bucket, "log", [9])
      #expect(try await store.info(bucket, "log").kind == .ordinary)
      await expectError(.objectNotAppendable(try key("log"))) {
        try await store.append(bucket, "log", at: 1, [3])
      }
      try await store.delete(bucket, "log")
      #expect(try await store.append(bucket, "log", at: 0, []).size == 0)
      #expect(try await store.append(bucket, "log", at: 0, [5]).size == 1)
      try await expectSound(store)
    }
  }

  @Test func metadataIsTheFirstAppends() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      try await store.append(bucket, "log", at: 0, [1]) {
        $0.system = SystemMetadata(contentType: "text/a")
        $0.user = UserMetadata([(name: "n", value: "v")])
        $0.tags = TagSet([.init(key: "a", value: "b")])
      }
      try await store.append(bucket, "log", at: 1, [2]) {
        $0.system = SystemMetadata(contentType: "text/b")
        $0.tags = TagSet()
      }
      let info = try await store.info(bucket, "log")
      #expect(
        info.system.contentType == "text/a" && info.user.entries.count == 1 && info.tags.tags.count == 1)
      let wrong = MD5.hash([7])
      await expectError(
        .contentMD5Mismatch(expected: wrong, calculated: MD5.hash([3]))
      ) { try await store.append(bucket, "log", at: 2, [3]) { $0.contentMD5 = wrong } }
      #expect(try await store.get(bucket, "log") == [1, 2])
    }
  }

  @Test func hasALimit() async throws {
    var limits = ObjectLimits()
    limits.largestAppendable = 10_000
    try await TestStore.with(limits: limits) { store in
      let bucket = try await store.bucket()
      try await store.append(bucket, "log", at: 0, patternBytes(9_999))
      await expectError(.entityTooLarge(proposed: 10_001, maximum: 10_000)) {
        try await store.append(bucket, "log", at: 9_999, [1, 2])
      }
      #expect(try await store.append(bucket, "log", at: 9_999, [1]).size == 10_000)
      try await expectSound(store)
    }
  }

  /// Of appends that race for a position, one wins; nothing of the others stays.
  @Test(arguments: [10, 20_000])
  func oneOfManyWins(_ length: Int) async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      var whole: [UInt8] = []
      for round in 0..<12 {
        let position = whole.count
        let winners = await withTaskGroup(of: Int?.self) { group in
          for index in 0..<4 {
            group.addTask {
              let bytes = [UInt8](repeating: UInt8(index), count: length)
              return (try? await store.append(bucket, "log", at: position, bytes)) == nil ? nil : index
            }
          }
          var winners: [Int] = []
          for await winner in group { if let winner { winners.append(winner) } }
          return winners
        }
        #expect(winners.count == 1, "round \(round)")
        whole += [UInt8](repeating: UInt8(winners.first ?? 9), count: length)
      }
      #expect(try await store.get(bucket, "log") == whole)
      try await expectSound(store)
    }
  }

  @Test func aSealEndsIt() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let log = try key("log")
      await expectError(.noSuchKey(log)) {
        _ = try await store.objects.sealObject(bucket: bucket, key: log, position: 0)
      }
      try await store.append(bucket, "log", at: 0, [1])
      await expectError(.positionNotEqualToLength(next: 1)) {
        _ = try await store.objects.sealObject(bucket: bucket, key: log, position: 0)
      }
      let sealed = try await store.objects.sealObject(bucket: bucket, key: log, position: 1)
      #expect(try await store.objects.sealObject(bucket: bucket, key: log, position: 1) == sealed)
      #expect(try await store.info(bucket, "log").sealed == sealed)
      await expectError(.objectNotAppendable(log)) { try await store.append(bucket, "log", at: 1, [1]) }
      try await store.put(bucket, "plain", [1])
      await expectError(.objectNotAppendable(try key("plain"))) {
        _ = try await store.objects.sealObject(bucket: bucket, key: key("plain"), position: 1)
      }
      #expect(try await store.get(bucket, "log") == [1])
    }
  }

  @Test func whatIsLockedStaysAsItIs() async throws {
    try await TestStore.with { store in
      let bucket = try await store.objects.setObjectLock(
        ObjectLockConfiguration(), of: store.versionedBucket())
      try await store.append(bucket, "log", at: 0, [1])
      try await store.objects.setLegalHold(true, bucket: bucket, key: key("log"))
      await expectError(.locked(try key("log"))) { try await store.append(bucket, "log", at: 1, [2]) }
      try await store.objects.setLegalHold(false, bucket: bucket, key: key("log"))
      #expect(try await store.append(bucket, "log", at: 1, [2]).size == 2)
    }
  }

  /// A copy is an ordinary object, with the MD5 of its bytes as its tag; what it shares stays when the log goes.
  @Test func copies() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      var whole: [UInt8] = []
      for length in [5_000, 70_000, 9_000, 300] {
        try await store.append(bucket, "log", at: whole.count, patternBytes(length))
        whole += patternBytes(length)
      }
      let copy = try await store.copy((bucket, "log"), to: (bucket, "copy"))
      #expect(copy.etag == ETag(md5: MD5.hash(whole)))
      #expect(try await store.info(bucket, "copy").kind == .ordinary)
      let upload = try await store.begin(bucket, "parts", .crc64ecma)
      let part = try await store.partCopy(bucket, upload, 1, from: "log", 4_000..<80_000)
      try await store.complete(bucket, upload, [part])
      try await store.append(bucket, "log", at: whole.count, patternBytes(200_000))
      try await expectSound(store)
      try await store.delete(bucket, "log")
      #expect(try await store.get(bucket, "copy") == whole)
      #expect(try await store.get(bucket, "parts") == Array(whole[4_000..<80_000]))
      try await expectSound(store)
      try await store.delete(bucket, "copy")
      try await store.delete(bucket, "parts")
      try await expectSound(store)
      #expect(store.volumes.statistics().liveBytes == 0)
    }
  }

  @Test func isMovedByReclaiming() async throws {
    try await TestStore.with { first in
      let bucket = try await first.bucket()
      var whole: [UInt8] = []
      for index in 0..<40 {
        try await first.put(bucket, "dead\(index)", patternBytes(70_000))
        try await first.append(bucket, "log", at: whole.count, patternBytes(30_000 + index))
        whole += patternBytes(30_000 + index)
      }
      for index in 0..<40 { try await first.delete(bucket, "dead\(index)") }
      let store = try await first.reopened()
      #expect(try await store.reclaim().blobs > 0)
      #expect(try await store.get(bucket, "log") == whole)
      try await store.append(bucket, "log", at: whole.count, [1])
      #expect(try await store.get(bucket, "log") == whole + [1])
      try await expectSound(store)
      await store.volumes.close()
    }
  }
}
