import Primitives
import Ring
import Testing

@testable import Objects

@Suite struct ConditionTests {
  @Test(arguments: TestStore.Kind.allCases, [10, 50_000])
  func conditionsOfPut(_ kind: TestStore.Kind, _ size: Int) async throws {
    try await TestStore.with(kind) { store in
      let bucket = try await store.bucket()
      let bytes = patternBytes(size)
      let create = WriteConditions(ifNoneMatchAny: true)
      let missing = ObjectError.noSuchKey(try key("k"))
      await expectError(missing) {
        try await store.put(bucket, "k", bytes, WriteConditions(ifMatch: .any))
      }
      let first = try await store.put(bucket, "k", bytes, create)
      await expectError(.preconditionFailed(.ifNoneMatch)) {
        try await store.put(bucket, "k", bytes, create)
      }
      await expectError(.preconditionFailed(.ifMatch)) {
        try await store.put(bucket, "k", bytes, WriteConditions(ifMatch: .oneOf(["x"])))
      }
      let right = WriteConditions(ifMatch: .oneOf([first.etag.text]))
      let second = try await store.put(bucket, "k", [1], right)
      await expectError(.preconditionFailed(.ifMatch)) { try await store.put(bucket, "k", bytes, right) }
      try await store.put(bucket, "k", [1], WriteConditions(ifMatch: .any))
      await expectError(.preconditionFailed(.ifMatch)) {
        try await store.delete(bucket, "k", .oneOf([first.etag.text]))
      }
      try await store.delete(bucket, "k", .oneOf([second.etag.text]))
      await expectError(missing) { try await store.delete(bucket, "k", .any) }
      try await expectSound(store)
    }
  }

  /// A condition that held when the body began and no longer does at the commit.
  @Test func conditionsAreJudgedAtTheCommit() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      var request = PutObjectRequest(bucket: bucket, key: try key("k"), owner: TestStore.owner)
      request.conditions = WriteConditions(ifNoneMatchAny: true)
      let body = HookedBody(patternBytes(100_000)) { try await store.put(bucket, "k", [7]) }
      await expectError(.preconditionFailed(.ifNoneMatch)) {
        _ = try await store.objects.putObject(request, body: body)
      }
      #expect(try await store.get(bucket, "k") == [7])
      try await expectSound(store)
    }
  }

  @Test func aRefusedPutReadsNoBody() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "k", [1])
      var request = PutObjectRequest(bucket: bucket, key: try key("k"), owner: TestStore.owner)
      request.conditions = WriteConditions(ifNoneMatchAny: true)
      let body = BytesBody(patternBytes(10))
      await expectError(.preconditionFailed(.ifNoneMatch)) {
        _ = try await store.objects.putObject(request, body: body)
      }
      #expect(body.position == 0)
    }
  }

  @Test(arguments: TestStore.Kind.allCases, [10, 20_000])
  func ofRacingCreationsOneWins(_ kind: TestStore.Kind, _ size: Int) async throws {
    try await TestStore.with(kind, rings: 2) { store in
      let bucket = try await store.bucket()
      for round in 0..<5 {
        let winners = await withTaskGroup(of: Int?.self) { group in
          for index in 0..<16 {
            group.addTask {
              await store.rings.rings[index % 2].run {
                let bytes = patternBytes(size, seed: UInt64(index))
                let won = try? await store.put(
                  bucket, "k\(round)", bytes, WriteConditions(ifNoneMatchAny: true))
                return won == nil ? nil : index
              }
            }
          }
          var winners: [Int] = []
          for await winner in group { if let winner { winners.append(winner) } }
          return winners
        }
        #expect(winners.count == 1)
        let bytes = patternBytes(size, seed: UInt64(winners[0]))
        #expect(try await store.get(bucket, "k\(round)") == bytes)
      }
      try await expectSound(store)
    }
  }

  /// Compare-and-swap on one key: every success is seen by the next.
  @Test(arguments: TestStore.Kind.allCases)
  func compareAndSwapLosesNothing(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, rings: 2) { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "n", Array("0".utf8))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<8 {
          group.addTask {
            try await store.rings.rings[index % 2].run { () -> Result<Void, any Error> in
              do {
                for _ in 0..<10 { try await Self.increment(store, bucket) }
                return .success(())
              } catch { return .failure(error) }
            }.get()
          }
        }
        try await group.waitForAll()
      }
      #expect(try await store.get(bucket, "n") == Array("80".utf8))
    }
  }

  private static func increment(_ store: TestStore, _ bucket: BucketInfo) async throws {
    while true {
      let object = try await store.objects.openObject(bucket: bucket, key: key("n"))
      let bytes = try await store.read(object)
      let next = (Int(String(decoding: bytes, as: UTF8Text.self)) ?? -1) + 1
      do {
        try await store.put(
          bucket, "n", Array(String(next).utf8), WriteConditions(ifMatch: .oneOf([object.info.etag.text])))
        return
      } catch ObjectError.preconditionFailed {}
    }
  }
}

/// Runs something once, in the middle of a body.
final class HookedBody: ObjectBody {
  private let bytes: BytesBody
  private var hook: (() async throws -> Void)?

  init(_ bytes: [UInt8], _ hook: @escaping () async throws -> Void) {
    self.bytes = BytesBody(bytes)
    self.hook = hook
  }

  var length: UInt64? { bytes.length }

  func read(into target: UnsafeMutableRawBufferPointer) async throws(ObjectBodyError) -> Int {
    if bytes.position > 0, let hook {
      self.hook = nil
      do { try await hook() } catch { throw ObjectBodyError(underlying: BytesBody.Broken()) }
    }
    return try await unsafe bytes.read(into: target)
  }

  func trailingChecksum() -> (ChecksumAlgorithm, [UInt8])? { nil }
}
