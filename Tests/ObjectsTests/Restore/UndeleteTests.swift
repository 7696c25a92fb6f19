import Primitives
import Testing

@testable import Objects

@Suite struct UndeleteTests {
  /// What was deleted more than once comes back, if all that was in the given time.
  @Test(arguments: TestStore.Kind.allCases, [UInt64(0), 3_600])
  func allMarkersOnTopGo(_ kind: TestStore.Kind, _ window: UInt64) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      var bucket = try await store.versionedBucket()
      if window > 0 { bucket = try await store.objects.setRecoveryWindow(seconds: window, of: bucket) }
      for name in ["once", "thrice", "early", "between"] { try await store.put(bucket, name, [1]) }
      for _ in 0..<2 { try await store.delete(bucket, "never") }
      try await store.delete(bucket, "early")
      try await store.delete(bucket, "between")
      try await store.put(bucket, "between", [2])
      let from = Moment(try await store.put(bucket, "kept", [1]).version)
      for name in ["once", "thrice", "early", "between"] { try await store.delete(bucket, name) }
      for _ in 0..<2 { try await store.delete(bucket, "thrice") }
      try await store.delete(bucket, "between")
      let deleted = Moment(try await store.put(bucket, "kept", [2]).version)

      let all = RestoreRequest.Kind.undelete(from: from, to: Moment(Timestamp.now()))
      let dry = try await store.restore(all, bucket) { $0.isDryRun = true }
      let job = try await store.restore(all, bucket)
      for done in [dry, job] {
        #expect(done.created.keys == 3 && done.unchanged.keys == 2 && done.examined == done.planned)
      }
      let expected: [String: [UInt8]] = ["once": [1], "thrice": [1], "between": [2], "kept": [2]]
      #expect(try await store.contents(bucket) == expected)
      // Only the one marker of before the time is left of the markers on top.
      let left = try await markers(store, bucket)
      #expect(left == ["between": 1, "early": 2, "never": 2])
      try await expectSound(store, "undeleted")
      if window > 0 {
        #expect(try await store.contents(bucket, asOf: deleted) == ["kept": [2]])
      } else {
        await expectError({ if case .notRestorable = $0 { true } else { false } }) {
          _ = try await store.contents(bucket, asOf: deleted)
        }
      }
      if kind == .rocks { await store.close() }
    }
  }

  /// A marker that is the version `null` is one like others.
  @Test func nullMarkersGoToo() async throws {
    try await TestStore.with(limits: .small) { store in
      var bucket = try await store.versionedBucket()
      let from = Moment(try await store.put(bucket, "k", [1]).version)
      try await store.delete(bucket, "k")
      bucket = try await store.objects.setVersioning(.suspended, of: bucket)
      try await store.delete(bucket, "k")
      bucket = try await store.objects.setVersioning(.enabled, of: bucket)
      try await store.delete(bucket, "k")
      try await store.restore(.undelete(from: from, to: Moment(Timestamp.now())), bucket)
      #expect(try await store.contents(bucket) == ["k": [1]])
      #expect(try await markers(store, bucket).isEmpty)
      try await expectSound(store, "undeleted")
    }
  }

  /// Somebody else takes a marker away, or writes the key, between the look at it and the commit.
  @Test(arguments: [false, true]) func whatHasChangedIsLookedAtAgain(_ isWritten: Bool) async throws {
    try await TestStore.with(limits: .small) { store in
      let watched = WatchedMetadata(store.metadata)
      let rival = try await store.reopened(watched)
      let bucket = try await rival.versionedBucket()
      let from = Moment(try await rival.put(bucket, "k", [1]).version)
      try await rival.delete(bucket, "k")
      let middle = try await rival.delete(bucket, "k")
      try await rival.delete(bucket, "k")
      let undelete = RestoreRequest.Kind.undelete(from: from, to: Moment(Timestamp.now()))
      let begun = try await rival.objects.beginRestore(RestoreRequest(undelete, bucket: bucket))
      var job = try await rival.objects.stepRestore(begun)
      #expect(job.state == .running && job.planned == 1)
      watched.beforeNextUpdate {
        do {
          if isWritten {
            try await rival.put(bucket, "k", [2])
          } else {
            let request = DeleteObjectRequest(bucket: bucket, key: try key("k"), version: middle.label)
            #expect(try await rival.objects.deleteObject(request).existed)
          }
        } catch {
          Issue.record("\(error)")
        }
      }
      job = try await rival.objects.stepRestore(job)
      #expect(job.examined == (isWritten ? 1 : 0))
      job = try await rival.run(job)
      #expect(job.skipped.keys == (isWritten ? 1 : 0) && job.created.keys == (isWritten ? 0 : 1))
      #expect(try await rival.contents(bucket) == ["k": isWritten ? [2] : [1]])
      #expect(try await markers(rival, bucket) == (isWritten ? ["k": 3] : [:]))
      try await expectSound(rival, "undeleted")
    }
  }

  /// Delete markers by key.
  private func markers(_ store: TestStore, _ bucket: BucketInfo) async throws -> [String: Int] {
    var found: [String: Int] = [:]
    let page = try await store.objects.listObjectVersions(ListObjectVersionsRequest(bucket: bucket))
    for case .version(let entry) in page.entries where entry.isDeleteMarker {
      found[entry.key.string, default: 0] += 1
    }
    return found
  }
}
