import Metadata
import Primitives
import Testing
import Volumes

@testable import Objects

@Suite struct CopyTests {
  @Test(arguments: TestStore.Kind.allCases, [0, 100, 4096, 4097, 600_000])
  func copiesShareBytes(_ kind: TestStore.Kind, _ size: Int) async throws {
    try await TestStore.with(kind) { store in
      let bucket = try await store.bucket()
      let other = try await store.bucket("other")
      let bytes = patternBytes(size)
      let source = try await store.put(bucket, "a", bytes)
      let written = store.volumes.statistics().payloadBytesWritten
      let result = try await store.copy((bucket, "a"), to: (other, "b"))
      #expect(result.etag == source.etag)
      #expect(result.checksum == source.checksum)
      #expect(result.version > source.version)
      #expect(store.volumes.statistics().payloadBytesWritten == written)
      #expect(try await store.get(other, "b") == bytes)
      try await expectSound(store)
      try await store.delete(bucket, "a")
      #expect(try await store.get(other, "b") == bytes)
      try await expectSound(store)
      try await store.copy((other, "b"), to: (other, "c"))
      try await store.delete(other, "b")
      try await store.delete(other, "c")
      try await expectSound(store)
      #expect(store.volumes.statistics().liveBytes == 0)
    }
  }

  @Test func metadataDirectives() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      var put = PutObjectRequest(bucket: bucket, key: try key("a"), owner: TestStore.other)
      put.system = SystemMetadata(contentType: "text/a", websiteRedirectLocation: "/old")
      put.user = UserMetadata([(name: "n", value: "v")])
      put.checksumAlgorithm = .sha1
      _ = try await store.objects.putObject(put, body: BytesBody([1, 2]))
      try await store.copy((bucket, "a"), to: (bucket, "b"))
      var info = try await store.info(bucket, "b")
      #expect(info.system == SystemMetadata(contentType: "text/a"))
      #expect(info.user == put.user)
      #expect(info.owner == TestStore.owner)
      #expect(info.checksum?.algorithm == .sha1)

      let system = SystemMetadata(contentType: "text/b")
      let result = try await store.copy((bucket, "a"), to: (bucket, "b")) {
        $0.metadata = .replace(system, UserMetadata())
        $0.websiteRedirectLocation = "/new"
        $0.checksumAlgorithm = .crc32
      }
      info = try await store.info(bucket, "b")
      #expect(info.system == SystemMetadata(contentType: "text/b", websiteRedirectLocation: "/new"))
      #expect(info.user.isEmpty)
      #expect(info.checksum == result.checksum)
      let crc = Digest(.crc32)
      crc.update([1, 2])
      #expect(result.checksum?.value == crc.finish())
      try await expectSound(store)
    }
  }

  @Test(arguments: [3, 50_000])
  func ontoItself(_ size: Int) async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let bytes = patternBytes(size)
      try await store.put(bucket, "a", bytes)
      await expectError(.copyOntoItselfUnchanged) { try await store.copy((bucket, "a"), to: (bucket, "a")) }
      try await store.copy((bucket, "a"), to: (bucket, "a")) { $0.storageClass = .standard }
      try await store.copy((bucket, "a"), to: (bucket, "a")) { $0.namesEncryption = true }
      try await store.copy((bucket, "a"), to: (bucket, "a")) { $0.websiteRedirectLocation = "/x" }
      try await store.copy((bucket, "a"), to: (bucket, "a")) {
        $0.metadata = .replace(SystemMetadata(contentType: "x"), UserMetadata())
      }
      #expect(try await store.info(bucket, "a").system == SystemMetadata(contentType: "x"))
      #expect(try await store.get(bucket, "a") == bytes)
      try await expectSound(store)
      try await store.delete(bucket, "a")
      #expect(store.volumes.statistics().liveBytes == 0)
    }
  }

  @Test func conditionsAndLimits() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      let first = try await store.put(bucket, "a", [1])
      func copy(_ change: (inout CopyObjectRequest) -> Void) async throws {
        try await store.copy((bucket, "a"), to: (bucket, "b"), change)
      }
      let tag = ETagMatch.oneOf([first.etag.text])
      await expectError(.preconditionFailed(.copySourceIfMatch)) {
        try await copy { $0.source.conditions.ifMatch = .oneOf(["x"]) }
      }
      await expectError(.preconditionFailed(.copySourceIfNoneMatch)) {
        try await copy { $0.source.conditions.ifNoneMatch = tag }
      }
      await expectError(.preconditionFailed(.copySourceIfModifiedSince)) {
        try await copy { $0.source.conditions.ifModifiedSince = Timestamp.now() }
      }
      await expectError(.preconditionFailed(.copySourceIfUnmodifiedSince)) {
        try await copy { $0.source.conditions.ifUnmodifiedSince = Timestamp(seconds: 1) }
      }
      try await copy {
        $0.source.conditions.ifMatch = tag
        $0.conditions.ifNoneMatchAny = true
      }
      await expectError(.preconditionFailed(.ifNoneMatch)) {
        try await copy { $0.conditions.ifNoneMatchAny = true }
      }
      await expectError(.preconditionFailed(.ifMatch)) {
        try await copy { $0.conditions.ifMatch = .oneOf(["x"]) }
      }
      await expectError(.noSuchKey(try key("zz"))) {
        try await store.copy((bucket, "zz"), to: (bucket, "b"))
      }
      // A source above the limit: two parts of 4 MiB against 6 MiB.
      let upload = try await store.begin(bucket, "big")
      let bytes = patternBytes(4 << 20)
      let parts = [
        try await store.part(bucket, upload, 1, bytes), try await store.part(bucket, upload, 2, bytes),
      ]
      try await store.complete(bucket, upload, parts)
      await expectError(.copySourceTooLarge(size: 8 << 20, maximum: 6 << 20)) {
        try await store.copy((bucket, "big"), to: (bucket, "b"))
      }
      try await expectSound(store)
    }
  }

  /// A copy of an object of parts is written at once: plain MD5, whole-object checksum, shared bytes.
  @Test(arguments: TestStore.Kind.allCases, [3, 40])
  func copiesOfParts(_ kind: TestStore.Kind, _ count: Int) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "m", .crc32c)
      var parts: [PartInfo] = []
      var bytes: [UInt8] = []
      for number in 1...count {
        let part = patternBytes(number % 3 == 0 ? 1500 : 9000, seed: UInt64(number))
        parts.append(try await store.part(bucket, upload, number, part))
        bytes += part
      }
      try await store.complete(bucket, upload, parts)
      let written = store.volumes.statistics().payloadBytesWritten
      let result = try await store.copy((bucket, "m"), to: (bucket, "c"))
      #expect(store.volumes.statistics().payloadBytesWritten == written)
      #expect(result.etag == ETag(md5: MD5.hash(bytes)))
      #expect(result.checksum?.type == .fullObject)
      #expect(try await store.get(bucket, "c") == bytes)
      #expect(try await store.info(bucket, "c").partCount == nil)
      try await expectSound(store)
      try await store.copy((bucket, "c"), to: (bucket, "d"))
      try await store.delete(bucket, "m")
      try await store.delete(bucket, "c")
      #expect(try await store.get(bucket, "d") == bytes)
      try await expectSound(store)
      try await store.delete(bucket, "d")
      try await expectSound(store)
      #expect(store.volumes.statistics().liveBytes == 0)
    }
  }

  /// A source of more pieces than a record may have is written anew.
  @Test func sourcesOfTooManyPiecesAreRewritten() async throws {
    var limits = ObjectLimits.small
    limits.piecesPerContent = 4
    try await TestStore.with(limits: limits) { store in
      let bucket = try await store.bucket()
      let upload = try await store.begin(bucket, "m")
      var parts: [PartInfo] = []
      for number in 1...5 {
        parts.append(try await store.part(bucket, upload, number, patternBytes(9000, seed: UInt64(number))))
      }
      try await store.complete(bucket, upload, parts)
      let bytes = try await store.get(bucket, "m")
      try await store.copy((bucket, "m"), to: (bucket, "c"))
      #expect(try await store.get(bucket, "c") == bytes)
      try await expectSound(store)
      let rows = try await store.metadata.get(ObjectTables.object(bucket.id, Array("c".utf8)))
      guard case .pieces(let pieces) = try ObjectRecord(decoding: rows ?? []).content else {
        Issue.record("not pieces")
        return
      }
      #expect(pieces.count == 1)
      await expectError(.preconditionFailed(.ifNoneMatch)) {
        try await store.copy((bucket, "m"), to: (bucket, "c")) { $0.conditions.ifNoneMatchAny = true }
      }
      try await expectSound(store)
    }
  }

  /// The source is overwritten while the copy is made: the copy is of the old or the new, and no reference
  /// leaks.
  @Test(arguments: TestStore.Kind.allCases)
  func racesWithOverwritesOfTheSource(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, rings: 2) { store in
      let bucket = try await store.bucket()
      let versions = (0..<6).map { patternBytes(20_000, seed: UInt64($0)) }
      try await store.put(bucket, "s", versions[0])
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for version in versions { try await store.put(bucket, "s", version) }
        }
        for index in 0..<6 {
          group.addTask {
            do {
              try await store.copy((bucket, "s"), to: (bucket, "t\(index)"))
            } catch ObjectError.conflict {}
          }
        }
        try await group.waitForAll()
      }
      try await expectSound(store)
      for index in 0..<6 {
        guard let bytes = try? await store.get(bucket, "t\(index)") else { continue }
        #expect(versions.contains(bytes))
      }
    }
  }
}
