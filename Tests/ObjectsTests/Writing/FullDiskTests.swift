import Metadata
import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

@Suite struct FullDiskTests {
  /// Metadata whose disk is full: bodies are refused before a byte of them is read, what is there can be read and
  /// deleted, and uploads given up.
  @Test func onlyReadsAndDeletesGoOn() async throws {
    try await TestStore.with(.rocks) { roomy in
      let bucket = try await roomy.bucket()
      let empty = try await roomy.bucket("empty")
      let bytes = patternBytes(30_000)
      for name in ["a", "b", "small"] { try await roomy.put(bucket, name, name == "small" ? [1] : bytes) }
      let upload = try await roomy.begin(bucket, "upload")
      try await roomy.part(bucket, upload, 1, bytes)
      let old = roomy.metadata
      await roomy.rings.blocking.run { old.close() }
      var options = MetadataOptions()
      options.freeBytesReserve = 1 << 60
      options.freeBytesForDeletes = 0
      let store = try await roomy.reopened(
        RocksMetadata.open(
          path: roomy.directory + "/metadata", options: options, blocking: roomy.rings.blocking))

      for size in [10, 30_000, 500_000] {
        let body = BytesBody(patternBytes(size))
        let request = PutObjectRequest(bucket: bucket, key: try key("new"), owner: TestStore.owner)
        await Self.expectFull { _ = try await store.objects.putObject(request, body: body) }
        if size > store.limits.inlineThreshold { #expect(body.position == 0) }
      }
      await Self.expectFull { try await store.part(bucket, upload, 2, bytes) }
      await Self.expectFull { try await store.copy((bucket, "a"), to: (bucket, "copy")) }
      await Self.expectFull { _ = try await store.begin(bucket, "other") }
      await Self.expectFull { _ = try await store.bucket("another") }
      #expect(try await store.get(bucket, "a") == bytes)
      #expect(store.volumes.statistics().openWriters == 0)

      #expect(try await store.delete(bucket, "a").existed)
      #expect(try await store.delete(bucket, "small").existed)
      try await store.abort(bucket, upload)
      try await store.objects.deleteBucket(empty)
      await expectError(.noSuchKey(try key("a"))) { _ = try await store.get(bucket, "a") }
      #expect(try await store.get(bucket, "b") == bytes)
      try await expectSound(store)
      await store.close()
    }
  }

  private static func expectFull(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
  ) async {
    guard case .storage(let problem)? = await failure(sourceLocation: sourceLocation, body) else {
      Issue.record("not a failure of the storage", sourceLocation: sourceLocation)
      return
    }
    #expect(problem.code == .full, sourceLocation: sourceLocation)
  }
}
