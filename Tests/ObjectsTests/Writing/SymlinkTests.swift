import Primitives
import Testing

@testable import Objects

extension TestStore {
  @discardableResult
  func link(
    _ bucket: BucketInfo, _ name: String, to target: String,
    _ change: (inout PutObjectRequest) -> Void = { _ in }
  ) async throws -> PutSymlinkResult {
    var request = PutObjectRequest(bucket: bucket, key: try key(name), owner: Self.owner)
    change(&request)
    return try await objects.putSymlink(request, target: try key(target))
  }
}

@Suite struct SymlinkTests {
  @Test(arguments: TestStore.Kind.allCases, [10, 70_000])
  func readersGetTheTarget(_ kind: TestStore.Kind, _ size: Int) async throws {
    try await TestStore.with(kind) { store in
      let bucket = try await store.bucket()
      let target = try await store.put(bucket, "target", patternBytes(size))
      try await store.link(bucket, "link", to: "target") {
        $0.user = UserMetadata([(name: "n", value: "v")])
      }
      func look(_ store: TestStore) async throws {
        #expect(try await store.get(bucket, "link") == patternBytes(size))
        #expect(try await store.get(bucket, "link", 3..<8) == Array(patternBytes(size)[3..<8]))
        let shown = try await store.objects.objectInfo(bucket: bucket, key: key("link"), follows: true)
        #expect(shown.key.string == "link" && shown.etag == target.etag && shown.size == UInt64(size))
        #expect(shown.kind == .symlink && shown.user.entries.count == 1)
        let own = try await store.objects.objectInfo(bucket: bucket, key: key("link"))
        #expect(own.size == 0 && own.target?.string == "target" && own.etag != target.etag)
        #expect(try await store.objects.symlink(bucket: bucket, key: key("link")).target == own.target)
      }
      try await look(store)
      try await expectSound(store)
      let reopened = try await store.reopened()
      try await look(reopened)
      #expect(try await reopened.check(.everything).problems.isEmpty)
      try await reopened.delete(bucket, "link")
      #expect(try await reopened.get(bucket, "target") == patternBytes(size))
      if kind == .rocks { await reopened.close() }
    }
  }

  @Test func whatCannotBeFollowed() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      try await store.link(bucket, "dangling", to: "none")
      try await store.link(bucket, "twice", to: "dangling")
      try await store.link(bucket, "self", to: "self")
      await expectError(.noSymlinkTarget(try key("none"))) { _ = try await store.get(bucket, "dangling") }
      await expectError(.symlinkToSymlink(try key("dangling"))) { _ = try await store.get(bucket, "twice") }
      await expectError(.symlinkToSymlink(try key("self"))) { _ = try await store.get(bucket, "self") }
      await expectError(.noSymlinkTarget(try key("none"))) {
        _ = try await store.objects.objectInfo(bucket: bucket, key: key("dangling"), follows: true)
      }
      try await store.put(bucket, "plain", [1])
      await expectError(.notSymlink(try key("plain"))) {
        _ = try await store.objects.symlink(bucket: bucket, key: key("plain"))
      }
      await expectError(.objectNotAppendable(try key("dangling"))) {
        try await store.append(bucket, "dangling", at: 0, [1])
      }
      try await expectSound(store)
    }
  }

  @Test func copies() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "target", patternBytes(70_000))
      let link = try await store.link(bucket, "link", to: "target")
      try await store.copy((bucket, "link"), to: (bucket, "content"))
      let copied = try await store.copy((bucket, "link"), to: (bucket, "again")) { $0.copiesLinks = true }
      #expect(copied.etag == link.etag)
      #expect(try await store.info(bucket, "content").kind == .ordinary)
      #expect(try await store.info(bucket, "again").target?.string == "target")
      try await store.delete(bucket, "target")
      #expect(try await store.get(bucket, "content") == patternBytes(70_000))
      await expectError(.noSymlinkTarget(try key("target"))) { _ = try await store.get(bucket, "again") }
      try await expectSound(store)
    }
  }

  /// As of a moment a link stands for what its target was then; a restore brings links back as links.
  @Test func thePast() async throws {
    try await TestStore.with { store in
      let bucket = try await store.versionedBucket()
      try await store.put(bucket, "target", [1])
      let first = try #require(try await store.link(bucket, "link", to: "target").label)
      let asOf = Moment(try await store.put(bucket, "other", [9]).version)
      try await store.put(bucket, "target", [2])
      try await store.link(bucket, "link", to: "other")
      #expect(try await store.get(bucket, "link") == [9])
      let old = try await store.objects.openObject(bucket: bucket, key: key("link"), asOf: asOf)
      #expect(try await store.read(old) == [1])
      // A version is of the link: what it stands for is the current object.
      let named = try await store.objects.openObject(bucket: bucket, key: key("link"), version: first)
      #expect(try await store.read(named) == [2])
      let job = try await store.restore(.restore(asOf: asOf), bucket)
      #expect(job.state == .done && job.failed.keys == 0)
      #expect(try await store.info(bucket, "link").target?.string == "target")
      #expect(try await store.get(bucket, "link") == [1])
      try await expectSound(store)
    }
  }

  @Test func conditions() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "k", [1])
      await expectError(.preconditionFailed(.ifNoneMatch)) {
        try await store.link(bucket, "k", to: "t") { $0.conditions.ifNoneMatchAny = true }
      }
      #expect(try await store.get(bucket, "k") == [1])
    }
  }
}
