import Primitives
import Testing
import Volumes

@testable import Objects

@Suite struct RevertTests {
  @Test(arguments: TestStore.Kind.allCases)
  func anObjectBecomesWhatItWas(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.versionedBucket()
      _ = try await manyParts(store, bucket, "k", 60)
      let before = try await store.objects.objectInfo(bucket: bucket, key: key("k"))
      let bytes = try await store.get(bucket, "k")
      try await store.put(bucket, "k", patternBytes(70_000))
      try await store.put(bucket, "k/other", [1])
      let live = store.volumes.statistics().liveBytes
      let done = try await store.objects.revertObject(bucket: bucket, key: key("k"), version: before.label)
      #expect(!done.isUnchanged && done.etag == before.etag && done.size == before.size)
      #expect(store.volumes.statistics().liveBytes == live, "object data was written")
      let after = try await store.objects.objectInfo(bucket: bucket, key: key("k"))
      #expect(after.label == done.label && after.etag == before.etag && after.version > before.version)
      #expect(try await store.get(bucket, "k") == bytes)

      let again = try await store.objects.revertObject(bucket: bucket, key: key("k"), version: before.label)
      #expect(again.isUnchanged && again.label == done.label)
      try await store.delete(bucket, "k")
      let asOf = Moment(before.version)
      let back = try await store.objects.revertObject(
        bucket: bucket, key: key("k"), version: nil, asOf: asOf)
      #expect(!back.isUnchanged && back.etag == before.etag)
      #expect(try await store.contents(bucket) == ["k": bytes, "k/other": [1]])
      try await expectSound(store, "reverted")
      if kind == .rocks { await store.close() }
    }
  }

  /// Without versioning the past is what the recovery window keeps.
  @Test func theWindowIsEnough() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.objects.setRecoveryWindow(seconds: 3600, of: store.bucket())
      let old = try await store.put(bucket, "k", patternBytes(9_000))
      try await store.put(bucket, "k", [1])
      let done = try await store.objects.revertObject(
        bucket: bucket, key: key("k"), version: nil, asOf: Moment(old.version))
      #expect(done.label == .null && done.size == 9_000 && done.keepsReplaced)
      #expect(try await store.get(bucket, "k") == patternBytes(9_000))
      try await expectSound(store, "reverted")
    }
  }

  /// Where the bucket keeps nothing, the result says that what was replaced is gone; where a version or a view keeps
  /// it, that it is not.
  @Test func whatIsLostIsSaid() async throws {
    try await TestStore.with(limits: .small) { store in
      let plain = try await store.bucket("plain")
      try await store.put(plain, "k", [1])
      let then = try await store.objects.createView(
        name: BucketName(validating: "then"), bucket: plain
      ).asOf
      var bucket = try store.objects.bucket(named: "plain")
      try await store.put(bucket, "k", [2])
      let lost = try await store.objects.revertObject(
        bucket: bucket, key: key("k"), version: nil, asOf: then)
      #expect(!lost.isUnchanged && !lost.keepsReplaced)
      #expect(try await store.get(bucket, "k") == [1])
      try await store.delete(bucket, "k")
      let back = try await store.objects.revertObject(
        bucket: bucket, key: key("k"), version: nil, asOf: then)
      #expect(!back.isUnchanged && back.keepsReplaced)

      bucket = try await store.versionedBucket("versions")
      let first = try await store.put(bucket, "k", [1])
      try await store.put(bucket, "k", [2])
      bucket = try await store.objects.setVersioning(.suspended, of: bucket)
      var done = try await store.objects.revertObject(bucket: bucket, key: key("k"), version: first.label)
      #expect(done.label == .null && done.keepsReplaced)
      try await store.put(bucket, "k", [3])
      done = try await store.objects.revertObject(bucket: bucket, key: key("k"), version: first.label)
      #expect(done.label == .null && !done.keepsReplaced)
      try await expectSound(store, "reverted")
    }
  }

  @Test func whatIsNoObjectIsRefused() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let first = try await store.put(bucket, "a", [1])
      try await store.put(bucket, "k", [1])
      let marker = try await store.delete(bucket, "k")
      await expectError({ if case .deleteMarker = $0 { true } else { false } }) {
        _ = try await store.objects.revertObject(bucket: bucket, key: key("k"), version: marker.label)
      }
      await expectError({ if case .noSuchVersion = $0 { true } else { false } }) {
        _ = try await store.objects.revertObject(bucket: bucket, key: key("k"), version: .null)
      }
      await expectError({ if case .noSuchKey = $0 { true } else { false } }) {
        _ = try await store.objects.revertObject(
          bucket: bucket, key: key("k"), version: nil, asOf: Moment(first.version))
      }
      #expect(try await store.contents(bucket) == ["a": [1]])
    }
  }

  /// A restore at a low rate can be ended between any two keys.
  @Test func aRateBoundsWhatOneCommitDoes() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let moment = Moment(try await store.put(bucket, "z", [1]).version)
      for number in 0..<10 { try await store.put(bucket, "k\(number)", [1]) }
      var request = RestoreRequest(.restore(asOf: moment), bucket: bucket)
      request.keysPerSecond = 3
      var job = try await store.objects.beginRestore(request)
      var most: UInt64 = 0
      while !job.isOver {
        let next = try await store.objects.stepRestore(job)
        most = max(most, next.examined - job.examined)
        job = next
      }
      #expect(job.deleted.keys == 10 && most == 3)
    }
  }
}
