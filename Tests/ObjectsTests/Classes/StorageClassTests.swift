import Primitives
import Testing
import Volumes

@testable import Objects

/// Storage classes of single versions: kept wherever a version goes, and counted.
@Suite struct StorageClassTests {
  @Test func numbersAreFixed() {
    let numbers: [(StorageClass, UInt8)] = [
      (.standard, 0), (.standardIA, 1), (.glacierIR, 2), (.archive, 3), (.glacier, 4), (.deepArchive, 5),
      (.oneZoneIA, 6), (.intelligentTiering, 7), (.reducedRedundancy, 8),
    ]
    #expect(numbers.map(\.0) == StorageClass.allCases)
    for (storageClass, number) in numbers { #expect(storageClass.rawValue == number) }
    let kinds = StorageClass.allCases.dropFirst().flatMap {
      [ObjectTables.classCount($0), ObjectTables.classByteCount($0)]
    }
    #expect(kinds == Array(9...24))
    #expect(StorageClass.allCases.filter(\.isArchive) == [.archive, .glacier, .deepArchive])
  }

  @Test(arguments: StorageClass.allCases)
  func everyWriteKeepsItsClass(_ storageClass: StorageClass) async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "put", patternBytes(5000)) { $0.storageClass = storageClass }
      try await store.put(bucket, "source", patternBytes(5000))
      try await store.copy((bucket, "source"), to: (bucket, "copied")) { $0.storageClass = storageClass }
      try await store.delete(bucket, "source")
      var append = AppendObjectRequest(
        bucket: bucket, key: try key("appended"), owner: TestStore.owner, position: 0)
      append.storageClass = storageClass
      _ = try await store.objects.appendObject(append, body: BytesBody([1, 2, 3]))
      append.position = 3
      append.storageClass = .standard
      _ = try await store.objects.appendObject(append, body: BytesBody([4, 5]))
      var create = CreateMultipartUploadRequest(
        bucket: bucket, key: try key("uploaded"), owner: TestStore.owner)
      create.storageClass = storageClass
      let upload = try await store.objects.createMultipartUpload(create)
      let listed = try await store.objects.listMultipartUploads(ListMultipartUploadsRequest(bucket: bucket))
      #expect(listed.entries == [.upload(upload)] && upload.storageClass == storageClass)
      let parts = try await store.objects.listParts(
        ListPartsRequest(bucket: bucket, key: upload.key, uploadID: upload.id.text))
      #expect(parts.upload.storageClass == storageClass)
      let part = try await store.part(bucket, upload, 1, patternBytes(7))
      try await store.complete(bucket, upload, [part])
      let store = try await store.reopened()
      for name in ["put", "copied", "appended", "uploaded"] {
        #expect(try await store.info(bucket, name).storageClass == storageClass, "\(name)")
      }
      let page = try await store.objects.listObjects(ListObjectsRequest(bucket: bucket))
      #expect(page.entries.map(\.storageClass) == Array(repeating: storageClass, count: 4))
      let usage = try await store.objects.usage(of: bucket)
      #expect(usage.usage(of: storageClass) == ClassUsage(objects: 4, bytes: 10_012))
      let others = StorageClass.allCases.filter { $0 != storageClass }
      #expect(others.allSatisfy { usage.usage(of: $0) == ClassUsage() })
      try await expectSound(store)
    }
  }

  @Test func aCopyOntoItselfChangesTheClassAndMovesNothing() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let bytes = patternBytes(200_000)
      let first = try await store.put(bucket, "a", bytes)
      let written = store.volumes.statistics().liveBytes
      try await store.copy((bucket, "a"), to: (bucket, "a")) { $0.storageClass = .standardIA }
      #expect(store.volumes.statistics().liveBytes == written)
      let info = try await store.info(bucket, "a")
      #expect(info.storageClass == .standardIA && info.etag == first.etag)
      #expect(try await store.get(bucket, "a") == bytes)
      // The source's class is never taken over.
      try await store.copy((bucket, "a"), to: (bucket, "b"))
      #expect(try await store.info(bucket, "b").storageClass == .standard)
      let usage = try await store.objects.usage(of: bucket)
      #expect(usage.classes == [.standardIA: ClassUsage(objects: 1, bytes: 200_000)])
      #expect(usage.usage(of: .standard) == ClassUsage(objects: 1, bytes: 200_000))
      try await expectSound(store)
    }
  }

  @Test func theBucketsClassIsThatOfCopiesThatNameNone() async throws {
    try await TestStore.with { store in
      var settings = BucketSettings()
      settings.storageClass = .oneZoneIA
      let bucket = try await store.objects.createBucket(
        name: BucketName(validating: "cool"), owner: TestStore.owner, region: "us-east-1", settings: settings)
      try await store.put(bucket, "a", [1])
      try await store.copy((bucket, "a"), to: (bucket, "b"))
      #expect(try await store.info(bucket, "b").storageClass == .oneZoneIA)
      let reopened = try await store.reopened()
      #expect(try reopened.objects.bucket(named: "cool").settings.storageClass == .oneZoneIA)
    }
  }

  @Test func versionsAreCountedInTheirClassesUntilTheyGo() async throws {
    try await TestStore.with { store in
      let made = try await store.bucket()
      var bucket = try await store.objects.setVersioning(.enabled, of: made)
      bucket = try await store.objects.setRecoveryWindow(seconds: 3600, of: bucket)
      try await store.put(bucket, "a", patternBytes(10)) { $0.storageClass = .standardIA }
      let second = try await store.put(bucket, "a", patternBytes(20)) { $0.storageClass = .glacierIR }
      try await store.delete(bucket, "a")
      var usage = try await store.objects.usage(of: bucket)
      #expect(
        usage.classes == [
          .standardIA: ClassUsage(objects: 1, bytes: 10), .glacierIR: ClassUsage(objects: 1, bytes: 20),
        ])
      #expect(usage.usage(of: .standard) == ClassUsage(), "a delete marker is of no class")
      let request = DeleteObjectRequest(bucket: bucket, key: try key("a"), version: second.label)
      _ = try await store.objects.deleteObject(request)
      usage = try await store.objects.usage(of: bucket)
      #expect(usage.classes == [.standardIA: ClassUsage(objects: 1, bytes: 10)])
      #expect(usage.removedBytes == 20)
      try await expectSound(store)
    }
  }
}
