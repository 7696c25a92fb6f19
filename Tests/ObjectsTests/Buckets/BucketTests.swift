import Primitives
import Testing

@testable import Objects

@Suite struct BucketTests {
  @Test(arguments: TestStore.Kind.allCases)
  func bucketsComeAndGo(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind) { store in
      let bucket = try await store.bucket()
      #expect(try store.objects.bucket(named: "bucket") == bucket)
      #expect(bucket.region == "us-east-1")
      await expectError(.bucketAlreadyOwnedByYou(bucket)) { _ = try await store.bucket() }
      await expectError(.bucketAlreadyExists(name: "bucket")) {
        _ = try await store.objects.createBucket(
          name: bucket.name, owner: TestStore.other, region: "us-east-1")
      }
      try await store.objects.deleteBucket(bucket)
      await expectError(.noSuchBucket(name: "bucket")) {
        _ = try store.objects.bucket(named: "bucket")
      }
      await expectError(.noSuchBucket(name: "bucket")) { try await store.objects.deleteBucket(bucket) }
      let again = try await store.bucket()
      #expect(again.id > bucket.id)
    }
  }

  @Test func everyOperationNeedsTheBucket() async throws {
    try await TestStore.with { store in
      let gone = try await store.bucket()
      let upload = try await store.begin(gone, "k")
      try await store.objects.deleteBucket(gone)
      let missing = ObjectError.noSuchBucket(name: "bucket")
      let present = try await store.bucket()
      // The name is taken again, but it is another bucket.
      await expectError(missing) { try await store.put(gone, "k", [1]) }
      await expectError(missing) { _ = try await store.get(gone, "k") }
      await expectError(missing) { _ = try await store.info(gone, "k") }
      await expectError(missing) { try await store.delete(gone, "k") }
      await expectError(missing) { _ = try await store.begin(gone, "k") }
      await expectError(missing) { try await store.part(gone, upload, 1, [1]) }
      await expectError(missing) { try await store.abort(gone, upload) }
      await expectError(missing) { try await store.copy((present, "a"), to: (gone, "b")) }
      await expectError(missing) {
        _ = try await store.objects.listObjects(ListObjectsRequest(bucket: gone))
      }
      await expectError(missing) {
        _ = try await store.objects.listMultipartUploads(ListMultipartUploadsRequest(bucket: gone))
      }
      await expectError(.noSuchUpload(id: upload.id.text)) {
        try await store.part(present, upload, 1, [1])
      }
      try await expectSound(store)
    }
  }

  @Test(arguments: TestStore.Kind.allCases)
  func onlyEmptyBucketsGo(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.bucket()
      let neighbour = try await store.bucket("neighbour")
      try await store.put(neighbour, "k", [1])
      try await store.put(bucket, "k", patternBytes(10_000))
      await expectError(.bucketNotEmpty(name: "bucket")) { try await store.objects.deleteBucket(bucket) }
      #expect(try await store.get(bucket, "k") == patternBytes(10_000))
      try await store.put(bucket, "l", [2])
      for name in ["k", "l"] { try await store.delete(bucket, name) }
      // Uploads do not keep it, and leave nothing behind.
      for index in 0..<3 {
        let upload = try await store.begin(bucket, "u\(index)")
        for number in 1...(index * 12 + 1) {
          try await store.part(bucket, upload, number, patternBytes(5000))
        }
      }
      try await store.objects.deleteBucket(bucket)
      try await expectSound(store)
      #expect(try await Audit.run(store).liveBytes == 0)
      #expect(try await store.get(neighbour, "k") == [1])
    }
  }

  @Test func listingBuckets() async throws {
    try await TestStore.with(.rocks) { store in
      var expected: [String] = []
      for index in 0..<25 {
        let name = "b\(index % 5)-\(index)"
        _ = try await store.objects.createBucket(
          name: BucketName(validating: name), owner: index % 2 == 0 ? TestStore.owner : TestStore.other,
          region: "r")
        expected.append(name)
      }
      expected.sort()
      func names(_ objects: ObjectStore, _ change: (inout ListBucketsRequest) -> Void) throws -> [String] {
        var request = ListBucketsRequest()
        change(&request)
        var names: [String] = []
        while true {
          let page = try objects.listBuckets(request)
          names += page.buckets.map(\.name.string)
          #expect(page.buckets.count <= request.limit)
          guard page.isTruncated, let last = names.last else { return names }
          request.after = last
        }
      }
      let reopened = try await store.reopened()
      for objects in [store.objects, reopened.objects] {
        #expect(try names(objects) { _ in } == expected)
        #expect(try names(objects) { $0.limit = 4 } == expected)
        #expect(
          try names(objects) {
            $0.prefix = "b3"; $0.limit = 2
          } == expected.filter { $0.hasPrefix("b3") })
        #expect(try names(objects) { $0.prefix = "zz" } == [])
        let mine = try names(objects) {
          $0.owner = TestStore.owner
          $0.limit = 3
        }
        #expect(mine.count == 13)
      }
      await reopened.close()
    }
  }

  /// Of creations of one name that race, one wins; a deletion that races with a put ends with either.
  @Test(arguments: TestStore.Kind.allCases)
  func racesOverABucketHaveOneOutcome(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind) { store in
      for round in 0..<10 {
        let name = try BucketName(validating: "race-\(round)")
        let made = await withTaskGroup(of: BucketInfo?.self) { group in
          for index in 0..<8 {
            group.addTask {
              try? await store.objects.createBucket(
                name: name, owner: PrincipalID("o\(index)"), region: "r")
            }
          }
          var made: [BucketInfo] = []
          for await bucket in group { if let bucket { made.append(bucket) } }
          return made
        }
        #expect(made.count == 1)
        let bucket = made[0]
        async let removal = Self.succeeds { try await store.objects.deleteBucket(bucket) }
        async let stored = Self.succeeds { try await store.put(bucket, "k", patternBytes(9000)) }
        let (removed, put) = await (removal, stored)
        #expect(removed != put)
        #expect(((try? store.objects.bucket(named: name.string)) != nil) == put)
      }
      try await expectSound(store)
    }
  }

  private static func succeeds(_ body: @Sendable () async throws -> Void) async -> Bool {
    do {
      try await body()
      return true
    } catch {
      return false
    }
  }
}
