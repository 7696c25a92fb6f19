import Primitives
import Testing

@testable import Objects

/// Objects of archives: what can be read of them, and when.
@Suite struct ArchiveTests {
  private static let terms = RestoreTerms(
    mostDays: [.archive: 100, .glacier: 100, .deepArchive: 100],
    tiers: [.archive: [], .glacier: RestoreTier.allCases, .deepArchive: RestoreTier.allCases],
    endsAtMidnight: false)
  private static let day: Int64 = 86_400_000

  @discardableResult
  private static func restore(
    _ store: TestStore, _ bucket: BucketInfo, _ name: String, days: UInt32 = 1, version: VersionLabel? = nil,
    at now: Timestamp = .now()
  ) async throws -> RestoreArchivedResult {
    try await store.objects.restoreArchived(
      RestoreArchivedRequest(
        bucket: bucket, key: key(name), version: version, days: days, terms: terms, now: now))
  }

  /// Whether an object's bytes can be read at a time.
  private static func isReadable(
    _ store: TestStore, _ bucket: BucketInfo, _ name: String, version: VersionLabel? = nil,
    asOf: Moment? = nil,
    at now: Timestamp = .now()
  ) async throws -> Bool {
    let object = try await store.objects.openObject(
      bucket: bucket, key: key(name), version: version, asOf: asOf)
    do throws(ObjectError) {
      try store.objects.expectReadable(object, at: now)
      return true
    } catch .archived {
      return false
    }
  }

  private static func isArchived(_ error: ObjectError) -> Bool {
    if case .archived = error { true } else { false }
  }

  @Test(arguments: StorageClass.allCases)
  func archivesAreReadAfterARestore(_ storageClass: StorageClass) async throws {
    try await TestStore.with { opened in
      var store = opened
      let bucket = try await store.bucket()
      for size in [5, 90_000] {
        let name = "k\(size)"
        try await store.put(bucket, name, patternBytes(size)) { $0.storageClass = storageClass }
        #expect(try await Self.isReadable(store, bucket, name) == !storageClass.isArchive)
        #expect(try await store.info(bucket, name).restore == nil)
        guard storageClass.isArchive else {
          await expectError({ if case .notArchived(_, storageClass) = $0 { true } else { false } }) {
            try await Self.restore(store, bucket, name)
          }
          continue
        }
        let now = Timestamp.now()
        let made = try await Self.restore(store, bucket, name, at: now)
        #expect(!made.isExtension && made.storageClass == storageClass)
        store = try await store.reopened()
        let info = try await store.info(bucket, name)
        #expect(info.restore == made.restore && info.storageClass == storageClass)
        let end = Timestamp(milliseconds: now.milliseconds + Self.day)
        let last = Timestamp(milliseconds: end.milliseconds - 1)
        #expect(try await Self.isReadable(store, bucket, name, at: last))
        #expect(try await !Self.isReadable(store, bucket, name, at: end))
        #expect(try await store.get(bucket, name) == patternBytes(size))
        try await expectSound(store)
      }
    }
  }

  @Test func copiesReadNoMoreThanReadersDo() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "a", patternBytes(9000)) { $0.storageClass = .glacier }
      let upload = try await store.begin(bucket, "u")
      await expectError(Self.isArchived) { try await store.copy((bucket, "a"), to: (bucket, "b")) }
      await expectError(Self.isArchived) {
        try await store.copy((bucket, "a"), to: (bucket, "a")) { $0.storageClass = .standard }
      }
      await expectError(Self.isArchived) { try await store.partCopy(bucket, upload, 1, from: "a") }
      try await Self.restore(store, bucket, "a")
      try await store.copy((bucket, "a"), to: (bucket, "b")) { $0.storageClass = .deepArchive }
      #expect(try await store.info(bucket, "b").restore == nil)
      #expect(try await !Self.isReadable(store, bucket, "b"), "a copy is not restored")
      let part = try await store.partCopy(bucket, upload, 1, from: "a")
      try await store.complete(bucket, upload, [part])
      // For good: by a copy onto itself.
      try await store.copy((bucket, "a"), to: (bucket, "a")) { $0.storageClass = .standard }
      #expect(try await Self.isReadable(store, bucket, "a"))
      #expect(try await store.info(bucket, "a").restore == nil)
      try await expectSound(store)
    }
  }

  @Test func versionsAreRestoredOneByOne() async throws {
    try await TestStore.with { store in
      let bucket = try await store.objects.setVersioning(.enabled, of: store.bucket())
      let first = try await store.put(bucket, "a", [1]) { $0.storageClass = .glacier }
      let second = try await store.put(bucket, "a", [2]) { $0.storageClass = .archive }
      let made = try await Self.restore(store, bucket, "a", version: first.label)
      #expect(made.label == first.label && made.storageClass == .glacier)
      #expect(try await Self.isReadable(store, bucket, "a", version: first.label))
      #expect(try await !Self.isReadable(store, bucket, "a"))
      var request = ListObjectVersionsRequest(bucket: bucket)
      func restores() async throws -> [ArchiveRestore?] {
        try await store.objects.listObjectVersions(request).entries.compactMap { entry in
          if case .version(let version) = entry { version.restore } else { nil }
        }
      }
      #expect(try await restores() == [nil, nil])
      request.showsRestores = true
      #expect(try await restores() == [nil, made.restore])
      // What is done to a version does not end it.
      try await store.objects.setTags(
        TagSet([TagSet.Tag(key: "k", value: "v")]), bucket: bucket, key: key("a"), version: first.label)
      #expect(try await Self.isReadable(store, bucket, "a", version: first.label))
      let ended = try await store.objects.endRestore(
        bucket: bucket, key: key("a"), version: first.label, now: .now())
      #expect(ended == first.label)
      #expect(try await !Self.isReadable(store, bucket, "a", version: first.label))
      await expectError({ if case .notRestored = $0 { true } else { false } }) {
        _ = try await store.objects.endRestore(
          bucket: bucket, key: key("a"), version: second.label, now: .now())
      }
      try await store.delete(bucket, "a")
      await expectError({ if case .noSuchKey = $0 { true } else { false } }) {
        try await Self.restore(store, bucket, "a")
      }
      await expectError({ if case .noSuchKey = $0 { true } else { false } }) {
        try await Self.restore(store, bucket, "none")
      }
    }
  }

  @Test func listingsShowRestoresWhereTheyAreWanted() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      for name in ["a", "b", "c"] {
        try await store.put(bucket, name, [1]) { $0.storageClass = name == "c" ? .standard : .deepArchive }
      }
      let made = try await Self.restore(store, bucket, "b")
      var request = ListObjectsRequest(bucket: bucket)
      #expect(try await store.objects.listObjects(request).restores.isEmpty)
      request.showsRestores = true
      #expect(try await store.objects.listObjects(request).restores == [1: made.restore])
    }
  }

  /// A moment shows a version as it can be read now; what is made of it is another one.
  @Test func thePastIsAsReadableAsThePresent() async throws {
    try await TestStore.with { store in
      let bucket = try await store.objects.setVersioning(.enabled, of: store.bucket())
      let first = try await store.put(bucket, "a", patternBytes(9000)) { $0.storageClass = .glacier }
      let then = Moment(first.version)
      try await store.put(bucket, "a", [2])
      #expect(try await !Self.isReadable(store, bucket, "a", asOf: then))
      try await Self.restore(store, bucket, "a", version: first.label)
      #expect(try await Self.isReadable(store, bucket, "a", asOf: then))
      _ = try await store.objects.revertObject(
        bucket: bucket, key: key("a"), version: first.label)
      let info = try await store.info(bucket, "a")
      #expect(info.storageClass == .glacier && info.restore == nil)
      #expect(try await !Self.isReadable(store, bucket, "a"))
      try await expectSound(store)
    }
  }

  @Test func policiesAndBucketsMayReadAtOnce() async throws {
    var limits = ObjectLimits()
    limits.archives.glacier.needsRestore = false
    limits.archives.deepArchive.standard = .seconds(3600)
    try await TestStore.with(limits: limits) { store in
      let bucket = try await store.bucket()
      let classes: [(String, StorageClass)] = [
        ("archive", .archive), ("glacier", .glacier), ("deep", .deepArchive),
      ]
      for (name, storageClass) in classes {
        try await store.put(bucket, name, [1]) { $0.storageClass = storageClass }
      }
      #expect(try await Self.isReadable(store, bucket, "glacier"))
      #expect(try await !Self.isReadable(store, bucket, "archive"))
      let direct = try await store.objects.setArchiveDirectRead(true, of: bucket)
      #expect(try await Self.isReadable(store, direct, "archive"))
      #expect(try await !Self.isReadable(store, direct, "deep"))
      #expect(try await store.reopened().objects.bucket(named: "bucket").settings.readsArchiveDirectly)

      let now = Timestamp.now()
      let made = try await Self.restore(store, bucket, "deep", at: now)
      #expect(made.restore.ready.milliseconds == now.milliseconds + 3_600_000)
      #expect(try await !Self.isReadable(store, bucket, "deep", at: now))
      #expect(try await Self.isReadable(store, bucket, "deep", at: made.restore.ready))
      await expectError({ if case .restoreNotDone = $0 { true } else { false } }) {
        _ = try await store.objects.endRestore(bucket: bucket, key: key("deep"), now: now)
      }
    }
  }

  @Test func linksHaveNoBytesToRestore() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "a", [1]) { $0.storageClass = .glacier }
      var link = PutObjectRequest(bucket: bucket, key: try key("link"), owner: TestStore.owner)
      link.storageClass = .archive
      _ = try await store.objects.putSymlink(link, target: key("a"))
      #expect(try await !Self.isReadable(store, bucket, "link"), "what it stands for is archived")
      try await Self.restore(store, bucket, "a")
      #expect(try await Self.isReadable(store, bucket, "link"))
      await expectError({ if case .notArchived = $0 { true } else { false } }) {
        try await Self.restore(store, bucket, "link")
      }
    }
  }
}
