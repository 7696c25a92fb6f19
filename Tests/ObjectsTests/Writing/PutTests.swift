import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

@Suite struct PutTests {
  /// Around the inline threshold, the block and the extent sizes.
  static let sizes = [0, 1, 4095, 4096, 4097, 65_535, 65_536, 65_537, 262_144, 700_001]

  @Test(arguments: TestStore.Kind.allCases)
  func everySizeComesBack(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind) { store in
      let bucket = try await store.bucket()
      for (index, size) in Self.sizes.enumerated() {
        let bytes = patternBytes(size, seed: UInt64(index))
        let result = try await store.put(bucket, "k\(size)", bytes)
        #expect(result.size == UInt64(size))
        #expect(result.etag.md5 == MD5.hash(bytes))
        let crc = Digest(.crc64nvme)
        crc.update(bytes)
        #expect(result.checksum.value == crc.finish())
        #expect(try await store.get(bucket, "k\(size)") == bytes)
        let info = try await store.info(bucket, "k\(size)")
        #expect(info.etag == result.etag)
        #expect(info.checksum == result.checksum)
        #expect(info.version == result.version)
        #expect(info.lastModified == result.lastModified)
      }
      try await expectSound(store)
    }
  }

  @Test(arguments: sizes)
  func unknownLengthsComeBack(_ size: Int) async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let bytes = patternBytes(size)
      let request = PutObjectRequest(bucket: bucket, key: try key("k"), owner: TestStore.owner)
      let result = try await store.objects.putObject(
        request, body: BytesBody(bytes, announced: .some(nil), portion: 3_000))
      #expect(result.size == UInt64(size))
      #expect(try await store.get(bucket, "k") == bytes)
      let object = try await store.objects.openObject(bucket: bucket, key: key("k"))
      #expect((object.inlineBytes(0..<0) != nil) == (size <= 4096))
      try await expectSound(store)
    }
  }

  @Test func metadataComesBack() async throws {
    try await TestStore.with(.rocks) { store in
      let bucket = try await store.bucket()
      var request = PutObjectRequest(bucket: bucket, key: try key("k"), owner: TestStore.other)
      request.system = SystemMetadata(
        contentType: "text/plain", cacheControl: "no-cache", contentDisposition: "inline",
        contentEncoding: "gzip", contentLanguage: "de", expires: "never", websiteRedirectLocation: "/x")
      request.user = UserMetadata([(name: "z", value: "Grüße"), (name: "a", value: "")])
      request.checksumAlgorithm = .sha256
      _ = try await store.objects.putObject(request, body: BytesBody([1, 2, 3]))
      let info = try await store.info(bucket, "k")
      #expect(info.system == request.system)
      #expect(info.user.entries.map(\.name) == ["a", "z"])
      #expect(info.user.entries.map(\.value) == ["", "Grüße"])
      #expect(info.owner == TestStore.other)
      #expect(info.checksum?.value == SHA256.hash([1, 2, 3]))
      #expect(info.checksum?.algorithm == .sha256)
    }
  }

  @Test(arguments: ChecksumAlgorithm.allCases, [10, 100_000])
  func checksumsAreVerified(_ algorithm: ChecksumAlgorithm, _ size: Int) async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let bytes = patternBytes(size)
      let digest = Digest(DigestAlgorithm(algorithm))
      digest.update(bytes)
      let right = digest.finish()
      var wrong = right
      wrong[0] ^= 1
      var request = PutObjectRequest(bucket: bucket, key: try key("k"), owner: TestStore.owner)
      request.checksumAlgorithm = algorithm
      request.expectedChecksum = wrong
      await expectError(.checksumMismatch(algorithm)) {
        _ = try await store.objects.putObject(request, body: BytesBody(bytes))
      }
      request.expectedChecksum = nil
      await expectError(.checksumMismatch(algorithm)) {
        _ = try await store.objects.putObject(
          request, body: BytesBody(bytes, trailer: (algorithm, wrong)))
      }
      await expectError(.noSuchKey(try key("k"))) {
        _ = try await store.info(bucket, "k")
      }
      request.expectedChecksum = right
      let result = try await store.objects.putObject(
        request, body: BytesBody(bytes, trailer: (algorithm, right)))
      #expect(result.checksum.value == right)
      try await expectSound(store)
    }
  }

  @Test(arguments: [10, 100_000])
  func contentMD5IsVerified(_ size: Int) async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let bytes = patternBytes(size)
      var request = PutObjectRequest(bucket: bucket, key: try key("k"), owner: TestStore.owner)
      request.contentMD5 = MD5.hash([0])
      let wrong = ObjectError.contentMD5Mismatch(expected: MD5.hash([0]), calculated: MD5.hash(bytes))
      await expectError(wrong) { _ = try await store.objects.putObject(request, body: BytesBody(bytes)) }
      request.contentMD5 = MD5.hash(bytes)
      _ = try await store.objects.putObject(request, body: BytesBody(bytes))
      try await expectSound(store)
    }
  }

  @Test(arguments: [5, 5_000, 500_000], [true, false])
  func aBodyThatEndsEarlyOrLateStoresNothing(_ size: Int, _ isEarly: Bool) async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let old = patternBytes(300_000, seed: 9)
      try await store.put(bucket, "k", old)
      let announced = UInt64(isEarly ? size + 1 : size - 1)
      let request = PutObjectRequest(bucket: bucket, key: try key("k"), owner: TestStore.owner)
      await expectError(.incompleteBody(expected: announced, provided: UInt64(size))) {
        _ = try await store.objects.putObject(
          request, body: BytesBody(patternBytes(size), announced: announced))
      }
      #expect(try await store.get(bucket, "k") == old)
      try await expectSound(store)
    }
  }

  @Test(arguments: [0, 3, 3_000, 300_000], [UInt64??.none, .some(nil)])
  func aBodyThatFailsStoresNothing(_ position: Int, _ announced: UInt64??) async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let request = PutObjectRequest(bucket: bucket, key: try key("k"), owner: TestStore.owner)
      let error = await failure {
        _ = try await store.objects.putObject(
          request,
          body: BytesBody(patternBytes(position + 100), announced: announced, failsAt: position))
      }
      guard case .body(let cause)? = error, cause.underlying is BytesBody.Broken else {
        Issue.record("not the body's error: \(String(describing: error))")
        return
      }
      await expectError(.noSuchKey(try key("k"))) {
        _ = try await store.get(bucket, "k")
      }
      try await expectSound(store)
      #expect(store.volumes.statistics().openWriters == 0)
      #expect(Ring.current.statistics.buffersOutstanding.current == 0)
    }
  }

  @Test func uploadsAboveTheLimitAreRefused() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      let limit = store.limits.largestUpload
      let request = PutObjectRequest(bucket: bucket, key: try key("k"), owner: TestStore.owner)
      let body = BytesBody([], announced: limit + 1)
      await expectError(.entityTooLarge(proposed: limit + 1, maximum: limit)) {
        _ = try await store.objects.putObject(request, body: body)
      }
      let long = patternBytes(Int(limit) + 1)
      await expectError(.entityTooLarge(proposed: nil, maximum: limit)) {
        _ = try await store.objects.putObject(request, body: BytesBody(long, announced: .some(nil)))
      }
      try await store.put(bucket, "k", Array(long.dropLast()))
      #expect(try await store.info(bucket, "k").size == limit)
      try await expectSound(store)
    }
  }

  @Test(arguments: [100, 100_000], [100, 100_000])
  func overwritingFreesTheOld(_ first: Int, _ second: Int) async throws {
    try await TestStore.with(.rocks) { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "k", patternBytes(first))
      let before = try await store.info(bucket, "k")
      try await store.put(bucket, "k", patternBytes(second, seed: 2))
      #expect(try await store.get(bucket, "k") == patternBytes(second, seed: 2))
      #expect(try await store.info(bucket, "k").version > before.version)
      try await expectSound(store)
      let usage = try await store.objects.usage(of: bucket)
      #expect(usage == BucketUsage(objects: 1, bytes: Int64(second)))
      #expect(try await store.delete(bucket, "k").existed)
      #expect(try await !store.delete(bucket, "k").existed)
      try await expectSound(store)
      #expect(store.volumes.statistics().liveBytes == 0)
      #expect(try await store.objects.usage(of: bucket) == BucketUsage(objects: 0, bytes: 0))
    }
  }

  @Test func keysAreBytes() async throws {
    try await TestStore.with(.rocks) { store in
      let bucket = try await store.bucket()
      let names = [
        "e\u{301}", "\u{e9}", "a//b", "a/./b", "a/../b", " trailing ", "🦊", "a", "a/", "A",
        "nul\u{0}in", String(repeating: "x", count: 1024),
      ]
      for (index, name) in names.enumerated() { try await store.put(bucket, name, [UInt8(index)]) }
      for (index, name) in names.enumerated() {
        #expect(try await store.get(bucket, name) == [UInt8(index)])
      }
      let page = try await store.objects.listObjects(ListObjectsRequest(bucket: bucket))
      #expect(page.entries.count == names.count)
    }
  }
}
