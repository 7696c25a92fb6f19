import Metadata
import Primitives
import Synchronization
import Testing
import Volumes

@testable import Objects

/// Operations of several commits are cut off behind each of them; the next start must find the old state or the
/// new one and clean up the rest.
@Suite struct InterruptionTests {
  enum Operation: String, CaseIterable, Sendable {
    case put, overwrite, delete, complete, completeFailing, abort, copy, deleteBucket
  }

  @Test(arguments: Operation.allCases)
  func everyCommitMayBeTheLast(_ operation: Operation) async throws {
    var updates = 0
    while true {
      let wasCutOff = try await Self.run(operation, cutOffAfter: updates)
      if !wasCutOff { break }
      updates += 1
      #expect(updates < 200, "the operation never ends")
    }
    #expect(updates > 0)
  }

  /// Returns whether the operation was cut off.
  private static func run(_ operation: Operation, cutOffAfter updates: Int) async throws -> Bool {
    let cutOff = Flag()
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      let many = try await manyParts(store, bucket, "many", count: 60)
      try await store.complete(bucket, many.upload, Array(many.parts))
      let pending = try await manyParts(store, bucket, "pending", count: 60)
      let before = try await state(store, bucket)

      let failing = FailingMetadata(store.metadata, updates: updates)
      let broken = try await store.reopened(failing)
      do {
        try await perform(operation, broken, bucket, pending)
      } catch ObjectError.storage {}
      cutOff.set(failing.remaining < 0)

      let after = try await broken.reopened(store.metadata)
      if let found = try? after.objects.bucket(named: "bucket") {
        let now = try await state(after, found)
        if failing.remaining >= 0 {
          #expect(operation == .completeFailing || now != before, "nothing happened")
        }
        for (key, content) in now.objects {
          let isKnown =
            content == before.objects[key] || content == many.bytes || content == pending.bytes
            || content == patternBytes(9000)
          #expect(isKnown, "\(key)")
        }
        _ = try? await after.abort(found, pending.upload)
        for key in try await state(after, found).objects.keys { try await after.delete(found, key) }
      }
      try await expectSound(after, "\(operation) cut off after \(updates)")
      #expect(try await Audit.run(after).liveBytes == 0, "\(operation) cut off after \(updates)")
      await after.close()
    }
    return cutOff.value
  }

  struct Many: Sendable {
    let upload: UploadInfo
    let parts: [PartInfo]
    let bytes: [UInt8]
  }

  private static func manyParts(
    _ store: TestStore, _ bucket: BucketInfo, _ name: String, count: Int
  ) async throws -> Many {
    let upload = try await store.begin(bucket, name)
    var parts: [PartInfo] = []
    var bytes: [UInt8] = []
    for number in 1...count {
      let part = patternBytes(4200, seed: UInt64(number))
      let info = try await store.part(bucket, upload, number, part)
      if number % 7 == 0 { continue }
      parts.append(info)
      bytes += part
    }
    return Many(upload: upload, parts: parts, bytes: bytes)
  }

  private static func perform(
    _ operation: Operation, _ store: TestStore, _ bucket: BucketInfo, _ pending: Many
  ) async throws {
    switch operation {
    case .put: try await store.put(bucket, "new", patternBytes(9000))
    case .overwrite: try await store.put(bucket, "many", patternBytes(9000))
    case .delete: try await store.delete(bucket, "many")
    case .complete: try await store.complete(bucket, pending.upload, pending.parts)
    case .completeFailing:
      do {
        // The rows are written ahead, then the commit refuses: another writer was faster.
        let request = HookedConditions(store: store, bucket: bucket, pending: pending)
        try await request.run()
      } catch ObjectError.preconditionFailed {}
    case .abort: try await store.abort(bucket, pending.upload)
    case .copy: try await store.copy((bucket, "many"), to: (bucket, "copied"))
    case .deleteBucket:
      try await store.delete(bucket, "many")
      try await store.objects.deleteBucket(bucket)
    }
  }

  struct State: Equatable {
    var objects: [String: [UInt8]] = [:]
    var uploads = 0
  }

  private static func state(_ store: TestStore, _ bucket: BucketInfo) async throws -> State {
    var state = State()
    let page = try await store.objects.listObjects(ListObjectsRequest(bucket: bucket))
    for entry in page.entries {
      let name = String(decoding: page.key(entry), as: UTF8Text.self)
      state.objects[name] = try await store.get(bucket, name)
    }
    let uploads = try await store.objects.listMultipartUploads(ListMultipartUploadsRequest(bucket: bucket))
    state.uploads = uploads.entries.count
    return state
  }
}

/// A Complete whose condition holds at first and fails at the commit.
private struct HookedConditions {
  let store: TestStore
  let bucket: BucketInfo
  let pending: InterruptionTests.Many

  func run() async throws {
    async let rival = try? store.put(bucket, "pending", patternBytes(9000))
    try await store.complete(bucket, pending.upload, pending.parts) { $0.conditions.ifNoneMatchAny = true }
    _ = await rival
  }
}

/// A boolean that crosses tasks.
final class Flag: Sendable {
  private let state = Atomic<Bool>(false)

  var value: Bool { state.load(ordering: .relaxed) }

  func set(_ value: Bool) { state.store(value, ordering: .relaxed) }
}
