import Primitives
import Testing

@testable import Objects

@Suite struct ViewTests {
  /// A view keeps what it shows, whatever is deleted for good; when it goes, what only it has kept can go.
  @Test(arguments: TestStore.Kind.allCases)
  func whatAViewShowsStays(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "in/a", patternBytes(9_000))
      try await store.put(bucket, "in/b", [1])
      try await store.put(bucket, "out", patternBytes(8_000))
      let view = try await store.objects.createView(
        name: BucketName(validating: "training"), bucket: bucket, prefix: Array("in/".utf8))
      let before = try await store.contents(bucket, prefix: "in/")
      for name in ["in/a", "in/b", "out"] { try await store.put(bucket, name, [7]) }
      try await store.delete(bucket, "in/b")
      try await store.put(bucket, "in/c", [7])
      #expect(try await store.purge(bucket) == 0)
      #expect(try await store.contents(bucket, asOf: view.asOf, prefix: "in/") == before)
      await expectError({ if case .notRestorable = $0 { true } else { false } }) {
        _ = try await store.contents(bucket, asOf: view.asOf)
      }
      let reopened = try await store.reopened()
      #expect(reopened.objects.view(named: "training") == view)
      #expect(try await reopened.contents(bucket, asOf: view.asOf, prefix: "in/") == before)
      try await reopened.objects.deleteView(named: "training")
      #expect(reopened.objects.view(named: "training") == nil)
      #expect(try await reopened.purge(bucket) == 2)
      try await expectSound(reopened, "the view is gone")
      if kind == .rocks { await reopened.close() }
    }
  }

  @Test func namesAreTakenOnce() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let name = try BucketName(validating: "name")
      _ = try await store.objects.createView(name: name, bucket: bucket)
      await expectError({ if case .viewAlreadyExists = $0 { true } else { false } }) {
        _ = try await store.objects.createView(name: name, bucket: bucket)
      }
      await expectError({ if case .bucketAlreadyExists = $0 { true } else { false } }) {
        _ = try await store.bucket("name")
      }
      await expectError({ if case .bucketAlreadyExists = $0 { true } else { false } }) {
        _ = try await store.objects.createView(name: BucketName(validating: "bucket"), bucket: bucket)
      }
      await expectError({ if case .bucketInUse(_, .views) = $0 { true } else { false } }) {
        try await store.objects.deleteBucket(bucket)
      }
      try await store.objects.deleteView(named: "name")
      await expectError({ if case .noSuchView = $0 { true } else { false } }) {
        try await store.objects.deleteView(named: "name")
      }
      _ = try await store.bucket("name")
      try await store.objects.deleteBucket(bucket)
    }
  }

  @Test func aViewExpires() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let name = try BucketName(validating: "short")
      let past = Timestamp(milliseconds: Timestamp.now().milliseconds - 1)
      _ = try await store.objects.createView(name: name, bucket: bucket, expires: past)
      #expect(store.objects.view(named: "short") == nil && store.objects.listViews().isEmpty)
      try await store.objects.removeExpiredViews()
      #expect(try store.objects.bucket(named: "bucket").settings.protectedCuts.isEmpty)
      _ = try await store.bucket("short")
    }
  }

  /// Before the next purge, neither in that of its name nor of its bucket.
  @Test func whatHasExpiredIsInNobodysWay() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let past = Timestamp(milliseconds: Timestamp.now().milliseconds - 1)
      let name = try BucketName(validating: "short")
      _ = try await store.objects.createView(name: name, bucket: bucket, expires: past)
      _ = try await store.bucket("short")
      let other = try BucketName(validating: "shorter")
      _ = try await store.objects.createView(name: other, bucket: bucket, expires: past)
      try await store.objects.deleteBucket(bucket)
    }
  }

  @Test func thereIsALimit() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      for index in 0..<ViewInfo.limitPerBucket {
        _ = try await store.objects.createView(name: BucketName(validating: "view-\(index)"), bucket: bucket)
      }
      await expectError({ if case .tooManyViews = $0 { true } else { false } }) {
        _ = try await store.objects.createView(name: BucketName(validating: "one-more"), bucket: bucket)
      }
    }
  }
}
