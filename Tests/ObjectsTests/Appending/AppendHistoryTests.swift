import Metadata
import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

/// What an appendable object was before it was appended to.
@Suite struct AppendHistoryTests {
  enum Keeps: CaseIterable { case versions, window, view }

  private static let lengths = [100, 3_000, 2_000, 9_000, 70_000, 50, 5_000, 5_000, 5_000, 200]

  private func bucket(_ store: TestStore, _ keeps: Keeps) async throws -> BucketInfo {
    switch keeps {
    case .versions: return try await store.versionedBucket()
    case .window:
      return try await store.objects.setRecoveryWindow(seconds: 3_600, of: store.bucket())
    case .view: return try await store.bucket()
    }
  }

  /// Appends, and what the object was after each.
  private func appendAll(
    _ store: TestStore, _ bucket: BucketInfo
  ) async throws -> [(moment: Moment, bytes: [UInt8], etag: ETag)] {
    var whole: [UInt8] = []
    var states: [(moment: Moment, bytes: [UInt8], etag: ETag)] = []
    for length in Self.lengths {
      let result = try await store.append(bucket, "log", at: whole.count, patternBytes(length))
      whole += patternBytes(length)
      states.append((result.moment, whole, result.etag))
    }
    return states
  }

  @Test(arguments: TestStore.Kind.allCases, [Keeps.versions, .window])
  func everyLengthCanBeSeen(_ kind: TestStore.Kind, _ keeps: Keeps) async throws {
    try await TestStore.with(kind) { store in
      let bucket = try await bucket(store, keeps)
      let states = try await appendAll(store, bucket)
      func look(_ store: TestStore, _ what: String) async throws {
        for state in states {
          #expect(try await store.contents(bucket, asOf: state.moment) == ["log": state.bytes], "\(what)")
          let info = try await store.objects.objectInfo(bucket: bucket, key: key("log"), asOf: state.moment)
          #expect(info.etag == state.etag && info.size == UInt64(state.bytes.count) && info.sealed == nil)
          var request = ListObjectVersionsRequest(bucket: bucket)
          request.asOf = state.moment
          let page = try await store.objects.listObjectVersions(request)
          guard case .version(let entry)? = page.entries.first else {
            Issue.record("nothing listed")
            continue
          }
          #expect(entry.size == info.size && entry.etag == info.etag && page.entries.count == 1)
        }
      }
      try await look(store, "current")
      #expect(try await store.check(.everything).problems.isEmpty)
      try await store.put(bucket, "log", [1])
      try await look(store, "overwritten")
      try await store.delete(bucket, "log")
      try await look(store, "deleted")
      try await expectSound(store)
      let reopened = try await store.reopened()
      try await look(reopened, "after a restart")
      if kind == .rocks { await reopened.close() }
    }
  }

  /// A bucket that keeps nothing of its past notes nothing.
  @Test func withoutAPastNothingIsNoted() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      _ = try await appendAll(store, bucket)
      #expect(try await notes(store).isEmpty)
    }
  }

  /// Once the version is let go of, so is what was noted of it.
  @Test func notesGoWithTheVersion() async throws {
    try await TestStore.with { store in
      let bucket = try await store.versionedBucket()
      let states = try await appendAll(store, bucket)
      #expect(try await notes(store).count == states.count - 1)
      let label = try #require(
        try await store.append(bucket, "log", at: states.last?.bytes.count ?? 0, []).label)
      _ = try await store.objects.deleteObject(
        DeleteObjectRequest(bucket: bucket, key: key("log"), version: label))
      #expect(try await notes(store).isEmpty)
      try await expectSound(store)
      #expect(store.volumes.statistics().liveBytes == 0)
    }
  }

  private func notes(_ store: TestStore) async throws -> [[UInt8]] {
    try await store.metadata.read { (reader) throws(ObjectError) in
      try ObjectStore.rows(
        reader, from: [ObjectTables.appends], prefix: [ObjectTables.appends], limit: .max
      ).map(\.key)
    }
  }

  @Test func aViewShowsTheLengthItWasMadeAt() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      try await store.append(bucket, "log", at: 0, patternBytes(6_000))
      let view = try await store.objects.createView(
        name: BucketName(validating: "view"), bucket: bucket, prefix: [])
      try await store.append(bucket, "log", at: 6_000, patternBytes(7_000))
      #expect(try await store.contents(bucket, asOf: view.asOf) == ["log": patternBytes(6_000)])
      try await store.delete(bucket, "log")
      #expect(try await store.contents(bucket, asOf: view.asOf) == ["log": patternBytes(6_000)])
      try await store.objects.deleteView(named: "view")
      // Nothing is over within the millisecond of its removal.
      let later = Timestamp(milliseconds: Timestamp.now().milliseconds + 1000)
      #expect(try await store.purge(bucket, now: later) == 1)
      try await expectSound(store)
      #expect(try await notes(store).isEmpty && store.volumes.statistics().liveBytes == 0)
    }
  }

  /// A restore brings each length back, shares its blobs, and the object can be appended to again.
  @Test(arguments: [Keeps.versions, .window])
  func isRestored(_ keeps: Keeps) async throws {
    try await TestStore.with { store in
      let bucket = try await bucket(store, keeps)
      let states = try await appendAll(store, bucket)
      for state in states.reversed() {
        let job = try await store.restore(.restore(asOf: state.moment), bucket)
        #expect(job.state == .done && job.failed.keys == 0)
        #expect(try await store.get(bucket, "log") == state.bytes)
        try await expectSound(store)
      }
      let first = try #require(states.first)
      let unchanged = try await store.restore(.restore(asOf: first.moment), bucket)
      #expect(unchanged.replaced.keys == 0)
      let size = first.bytes.count
      #expect(
        try await store.append(bucket, "log", at: size, patternBytes(8_000)).size == UInt64(size + 8_000))
      #expect(try await store.get(bucket, "log") == first.bytes + patternBytes(8_000))
      for state in states {
        #expect(try await store.contents(bucket, asOf: state.moment) == ["log": state.bytes])
      }
      try await expectSound(store)
    }
  }

  /// A copy of what it was, made while it grows on.
  @Test func copiesOfThePast() async throws {
    try await TestStore.with { store in
      let bucket = try await store.versionedBucket()
      let states = try await appendAll(store, bucket)
      for (index, state) in states.enumerated() {
        try await store.copy((bucket, "log"), to: (bucket, "copy\(index)")) { $0.source.asOf = state.moment }
        #expect(try await store.get(bucket, "copy\(index)") == state.bytes)
      }
      try await expectSound(store)
    }
  }

  /// An append that comes while a restore runs is left as it is.
  @Test func anAppendBeatsARestoreThatRuns() async throws {
    try await TestStore.with { store in
      let bucket = try await store.versionedBucket()
      let states = try await appendAll(store, bucket)
      let first = try #require(states.first)
      let last = try #require(states.last)
      let job = try await store.objects.beginRestore(
        RestoreRequest(.restore(asOf: first.moment), bucket: bucket))
      try await store.append(bucket, "log", at: last.bytes.count, [7])
      let done = try await store.run(job)
      #expect(done.skipped.keys == 1 && done.replaced.keys == 0)
      #expect(try await store.get(bucket, "log") == last.bytes + [7])
      try await expectSound(store)
    }
  }
}
