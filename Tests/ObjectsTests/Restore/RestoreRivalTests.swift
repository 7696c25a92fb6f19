import Primitives
import Testing

@testable import Objects

/// Restores that are begun while others are not over.
@Suite struct RestoreRivalTests {
  @Test func noTwoWorkOnTheSameKeys() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let other = try await store.versionedBucket("other")
      let moment = Moment(try await store.put(bucket, "a/b/1", [1]).version)
      try await store.put(bucket, "a/b/1", [2])
      try await store.put(bucket, "b", [2])
      var request = RestoreRequest(.restore(asOf: moment), bucket: bucket)
      request.prefix = Array("a/b".utf8)
      let first = try await store.objects.beginRestore(request)
      let undelete = RestoreRequest.Kind.undelete(from: moment, to: Moment(Timestamp.now()))
      for prefix in ["", "a", "a/b", "a/b/"] {
        for kind in [request.kind, undelete] {
          var rival = RestoreRequest(kind, bucket: bucket)
          rival.prefix = Array(prefix.utf8)
          await expectError(.restoreUnderWay(id: first.idText)) { [rival] in
            _ = try await store.objects.beginRestore(rival)
          }
        }
      }
      // A job that was refused keeps nothing.
      #expect(try store.objects.bucket(named: "bucket").settings.protectedCuts.count == 1)

      try await store.restore(.restore(asOf: moment), bucket) { $0.isDryRun = true }
      try await store.restore(.restore(asOf: moment), bucket) { $0.target = other }
      let aside = try await store.restore(.restore(asOf: moment), bucket) { $0.prefix = Array("b".utf8) }
      #expect(aside.deleted.keys == 1)

      // From elsewhere into the same keys.
      await expectError(.restoreUnderWay(id: first.idText)) {
        try await store.restore(.restore(asOf: Moment(Timestamp.now())), other) { $0.target = bucket }
      }
      #expect(try await store.run(first).replaced.keys == 1)
      let second = try await store.restore(.restore(asOf: moment), bucket)
      #expect(second.state == .done && second.skipped.keys == 0)
    }
  }

  @Test func aDryRunStandsInNobodysWay() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let moment = Moment(try await store.put(bucket, "k", [1]).version)
      var request = RestoreRequest(.restore(asOf: moment), bucket: bucket)
      request.isDryRun = true
      _ = try await store.objects.beginRestore(request)
      let undelete = RestoreRequest.Kind.undelete(from: moment, to: Moment(Timestamp.now()))
      let first = try await store.objects.beginRestore(RestoreRequest(undelete, bucket: bucket))
      let restore = RestoreRequest(.restore(asOf: moment), bucket: bucket)
      await expectError(.restoreUnderWay(id: first.idText)) {
        _ = try await store.objects.beginRestore(restore)
      }
      try await store.objects.cancelRestore(id: first.id)
      _ = try await store.objects.beginRestore(restore)
    }
  }
}
