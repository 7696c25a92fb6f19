import Primitives
import Testing
import Volumes

@testable import Objects

@Suite struct RecoveryWindowTests {
  /// In a bucket without versioning what is overwritten stays for the window, and is gone after it.
  @Test(arguments: TestStore.Kind.allCases)
  func whatIsOverwrittenStaysForTheWindow(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.objects.setRecoveryWindow(seconds: 3_600, of: store.bucket())
      let moment = Moment(try await store.put(bucket, "a", patternBytes(9_000)).version)
      try await store.put(bucket, "a", [2])
      try await store.put(bucket, "b", [3])
      try await store.delete(bucket, "b")
      let usage = try await store.objects.usage(of: bucket)
      #expect(usage.objects == 1 && usage.removedVersions == 2 && usage.removedBytes == 9_001)
      #expect(try await store.purge(bucket) == 0)
      #expect(try await store.contents(bucket, asOf: moment) == ["a": patternBytes(9_000)])
      #expect(try await store.objects.bucketsToPurge() == [bucket.id])

      let later = Timestamp(milliseconds: Timestamp.now().milliseconds + 3_700_000)
      #expect(try await store.purge(bucket, now: later) == 2)
      await expectError({ if case .notRestorable(_, .some) = $0 { true } else { false } }) {
        _ = try await store.contents(bucket, asOf: moment)
      }
      #expect(try await store.objects.bucketsToPurge().isEmpty)
      try await expectSound(store, "purged")
      if kind == .rocks { await store.close() }
    }
  }

  @Test func aDeletedBucketComesBack() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.objects.setRecoveryWindow(seconds: 3_600, of: store.bucket())
      let moment = Moment(try await store.put(bucket, "a", patternBytes(9_000)).version)
      let before = try await store.contents(bucket)
      try await store.delete(bucket, "a")
      try await store.objects.deleteBucket(bucket)
      let other = try await store.bucket()
      try await store.put(other, "b", [1])
      let reopened = try await store.reopened()
      let deleted = try await reopened.objects.deletedBuckets()
      #expect(deleted.map(\.id) == [bucket.id])
      await expectError({ if case .bucketAlreadyExists = $0 { true } else { false } }) {
        _ = try await reopened.objects.undeleteBucket(id: bucket.id)
      }
      try await reopened.delete(other, "b")
      try await reopened.objects.deleteBucket(other)
      let again = try await reopened.objects.undeleteBucket(id: bucket.id)
      try await reopened.restore(.restore(asOf: moment), again)
      #expect(try await reopened.contents(again) == before)
      #expect(try await reopened.objects.deletedBuckets().isEmpty)
      try await expectSound(reopened, "undeleted")
    }
  }

  @Test func aDeletedBucketIsForgottenAfterTheWindow() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.objects.setRecoveryWindow(seconds: 3_600, of: store.bucket())
      try await store.put(bucket, "a", patternBytes(9_000))
      try await store.delete(bucket, "a")
      try await store.objects.deleteBucket(bucket)
      #expect(try await store.purge(bucket) == 0)
      let later = Timestamp(milliseconds: Timestamp.now().milliseconds + 3_700_000)
      #expect(try await store.purge(bucket, now: later) == 1)
      #expect(try await store.objects.deletedBuckets().isEmpty)
      #expect(store.volumes.statistics().liveBytes == 0)
      try await expectSound(store, "forgotten")
    }
  }
}
