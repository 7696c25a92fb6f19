import Metadata
import Primitives
import Testing
import Volumes

@testable import Objects

@Suite struct RefusedCommitTests {
  /// What a commit that was never tried should have taken is dead at once, not from the next start on.
  @Test func itsSpaceIsGivenBack() async throws {
    try await TestStore.with(limits: .small) { whole in
      let bucket = try await whole.bucket()
      let bytes = patternBytes(200_000)
      try await whole.put(bucket, "there", bytes)
      let upload = try await whole.begin(bucket, "upload")
      let store = try await whole.reopened(FailingMetadata(whole.metadata, updates: 0))
      let before = Self.live(store)
      #expect(before > 0)

      await Self.expectStorageFailure { try await store.put(bucket, "new", bytes) }
      #expect(Self.live(store) == before)
      await Self.expectStorageFailure { try await store.part(bucket, upload, 1, bytes) }
      #expect(Self.live(store) == before)
    }
  }

  /// A commit that failed may be there after the next start: until then its space is in use.
  @Test func whatMayHaveBeenCommittedIsKept() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let before = Self.live(store)
      (store.metadata as? MemoryMetadata)?.failCommits(with: MetadataError(.io, "failed"))
      await Self.expectStorageFailure { try await store.put(bucket, "new", patternBytes(200_000)) }
      #expect(Self.live(store) > before + 200_000)
      // From here on nothing is tried.
      let after = Self.live(store)
      await Self.expectStorageFailure { try await store.put(bucket, "new", patternBytes(200_000)) }
      #expect(Self.live(store) == after)
    }
  }

  /// A closure that finds damage throws, and commits nothing.
  @Test func damageThatTheClosureFindsIsCertain() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let row = ObjectTables.object(bucket.id, try key("new").bytes)
      try await store.metadata.update(.system) { (transaction) throws(ObjectError) in
        transaction.put(row, [1, 2, 3])
      }
      let before = Self.live(store)
      await Self.expectStorageFailure { try await store.put(bucket, "new", patternBytes(200_000)) }
      #expect(Self.live(store) == before)
    }
  }

  private static func live(_ store: TestStore) -> UInt64 {
    store.objects.segmentUsage().reduce(0) { $0 + $1.liveBytes }
  }

  private static func expectStorageFailure(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
  ) async {
    guard case .storage? = await failure(sourceLocation: sourceLocation, body) else {
      Issue.record("not a failure of the storage", sourceLocation: sourceLocation)
      return
    }
  }
}
