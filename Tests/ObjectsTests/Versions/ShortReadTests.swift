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

  /// A version listing that goes on behind a `null` nobody has any more: the search for it ends as others do.
  @Test func norForAMarkersNull() async throws {
    try await TestStore.with(limits: Self.limits) { store in
      let watched = WatchedMetadata(store.metadata)
      let store = try await store.reopened(watched)
      let bucket = try await store.objects.setRecoveryWindow(seconds: 3_600, of: store.bucket())
      for index in 0..<200 { try await store.put(bucket, "k", [UInt8(index)]) }
      try await store.delete(bucket, "k")
      var request = ListObjectVersionsRequest(bucket: bucket)
      request.asOf = Moment(try await store.put(bucket, "other", [1]).version)
      request.keyMarker = Array("k".utf8)
      request.versionMarker = .null
      _ = try await store.objects.listObjectVersions(request)
      let before = watched.reads
      let page = try await store.objects.listObjectVersions(request)
      #expect(page.entries.count == 1 && !page.isTruncated)
      // Ten for the search, and as many for the key's versions, none of which was there.
      #expect(watched.reads - before >= 19)
    }
  }

  /// One key as of a moment: what was removed before it is walked over in many reads, what is older than the answer
  /// not at all.
  @Test func norForASingleKey() async throws {
    try await TestStore.with(limits: Self.limits) { store in
      let watched = WatchedMetadata(store.metadata)
      let store = try await store.reopened(watched)
      let bucket = try await store.objects.setRecoveryWindow(seconds: 3_600, of: store.bucket())
      for index in 0..<200 { try await store.put(bucket, "k", [UInt8(index)]) }
      let there = Moment(try await store.put(bucket, "other", [1]).version)
      let name = try key("k")
      /// The bytes and how many reads they took.
      func look(_ moment: Moment) async throws -> (bytes: [UInt8]?, reads: Int) {
        _ = try? await store.info(bucket, "k")
        let before = watched.reads
        do {
          let object = try await store.objects.openObject(bucket: bucket, key: name, asOf: moment)
          return (try await store.read(object), watched.reads - before)
        } catch ObjectError.noSuchKey {
          return (nil, watched.reads - before)
        }
      }
      var found = try await look(there)
      #expect(found.bytes == [199] && found.reads == 1)
      try await store.delete(bucket, "k")
      let gone = Moment(try await store.put(bucket, "other", [2]).version)
      found = try await look(gone)
      #expect(found.bytes == nil && found.reads >= 9)
      try await store.put(bucket, "k", [9])
      let again = Moment(try await store.put(bucket, "other", [3]).version)
      for (moment, bytes) in [(there, [199]), (gone, nil), (again, [9])] as [(Moment, [UInt8]?)] {
        found = try await look(moment)
        #expect(found.bytes == bytes && (found.reads == 1) == (bytes != nil))
      }
      // So it is for a restore, which deletes the key again, and for one object.
      let job = try await store.restore(.restore(asOf: gone), bucket)
      #expect(job.deleted.keys == 1 && job.replaced.keys == 1)
      _ = try await store.objects.revertObject(bucket: bucket, key: name, version: nil, asOf: there)
      #expect(try await store.get(bucket, "k") == [199])
    }
  }
}
