import Primitives
import Testing

@testable import Objects

/// Listings as of a moment that step over much which has come since.
@Suite struct ShortReadTests {
  private static var limits: ObjectLimits {
    var limits = ObjectLimits.small
    limits.rowsPerListing = 20
    return limits
  }

  /// Keys born since the moment.
  @Test(arguments: ["", "/"]) func noReadStepsOverMuch(_ delimiter: String) async throws {
    try await TestStore.with(limits: Self.limits) { store in
      let watched = WatchedMetadata(store.metadata)
      let store = try await store.reopened(watched)
      let bucket = try await store.versionedBucket()
      for name in ["a", "m/1", "z"] { try await store.put(bucket, name, [1]) }
      let moment = Moment(try await store.put(bucket, "m/2", [1]).version)
      for index in 0..<200 {
        try await store.put(bucket, "b/\(index)", [2])
        try await store.put(bucket, "m/1/\(index)", [2])
      }
      var request = ListObjectsRequest(bucket: bucket)
      request.asOf = moment
      request.delimiter = Array(delimiter.utf8)
      _ = try await store.objects.listObjects(request)
      var before = watched.reads
      let page = try await store.objects.listObjects(request)
      let expected = delimiter.isEmpty ? ["a", "m/1", "m/2", "z"] : ["a", "m/", "z"]
      #expect(page.entries.map { String(decoding: page.key($0), as: UTF8Text.self) } == expected)
      #expect(!page.isTruncated)
      // A common prefix that is shown is passed over at once, whatever lies beneath.
      #expect(watched.reads - before >= (delimiter.isEmpty ? 20 : 10))

      var versions = ListObjectVersionsRequest(bucket: bucket)
      versions.asOf = moment
      before = watched.reads
      let all = try await store.objects.listObjectVersions(versions)
      #expect(all.entries.count == 4 && !all.isTruncated)
      #expect(watched.reads - before >= 20)
      // Of today everything is shown, so a page never steps over much.
      before = watched.reads
      _ = try await store.objects.listObjects(ListObjectsRequest(bucket: bucket))
      #expect(watched.reads - before == 1)
    }
  }

  /// Versions of one key that were removed before the moment.
  @Test func notWithinAKeyEither() async throws {
    try await TestStore.with(limits: Self.limits) { store in
      let watched = WatchedMetadata(store.metadata)
      let store = try await store.reopened(watched)
      let bucket = try await store.objects.setRecoveryWindow(seconds: 3_600, of: store.versionedBucket())
      let first = try await store.put(bucket, "k", [1])
      for _ in 0..<150 {
        let made = try await store.put(bucket, "k", [2])
        _ = try await store.objects.deleteObject(
          DeleteObjectRequest(bucket: bucket, key: key("k"), version: made.label))
      }
      let moment = Moment(try await store.put(bucket, "l", [1]).version)
      try await store.delete(bucket, "k")
      _ = try await store.contents(bucket, asOf: moment)
      var before = watched.reads
      var request = ListObjectsRequest(bucket: bucket)
      request.asOf = moment
      let page = try await store.objects.listObjects(request)
      #expect(page.entries.map { page.key($0).count } == [1, 1])
      #expect(page.entries.first?.version == first.version)
      #expect(watched.reads - before >= 7)

      var versions = ListObjectVersionsRequest(bucket: bucket)
      versions.asOf = moment
      before = watched.reads
      let all = try await store.objects.listObjectVersions(versions)
      let shown = all.entries.compactMap { entry -> VersionListEntry? in
        if case .version(let version) = entry { return version }
        return nil
      }
      #expect(shown.map(\.key.string) == ["k", "l"] && shown.first?.version == first.version)
      #expect(shown.allSatisfy { $0.isLatest && !$0.isDeleteMarker })
      #expect(watched.reads - before >= 7)
    }
  }
}
