import Background
import Primitives
import Testing
import Volumes

@testable import Objects

/// Where the bytes of objects lie, by their class.
@Suite struct PlacementTests {
  /// STANDARD on the data directory, STANDARD_IA on two volumes, GLACIER on a third.
  private static var limits: ObjectLimits {
    var limits = ObjectLimits.small
    limits.placements[.standardIA] = [1, 2]
    limits.placements[.glacier] = [3]
    return limits
  }

  private static func with(
    _ kind: TestStore.Kind = .memory, _ body: @escaping @Sendable (TestStore) async throws -> Void
  ) async throws {
    try await TestStore.with(kind, limits: limits, volumeCount: 4, body)
  }

  @Test func classesKnowTheirVolumes() {
    var placements = ClassPlacements()
    #expect(placements.isTrivial && placements[.glacier] == [0])
    placements[.standard] = [0]
    #expect(placements.isTrivial)
    placements[.glacier] = [2, 3]
    #expect(!placements.isTrivial && placements.classes(on: 2) == [.glacier])
    #expect(placements.classes(on: 0).count == StorageClass.allCases.count - 1)
    placements[.glacier] = []
    #expect(placements[.glacier] == [0])
  }

  @Test(arguments: TestStore.Kind.allCases)
  func everyWriteGoesToItsClass(_ kind: TestStore.Kind) async throws {
    try await Self.with(kind) { store in
      let bucket = try await store.bucket()
      for (name, storageClass) in [("s", StorageClass.standard), ("ia", .standardIA), ("g", .glacier)] {
        let numbers = store.limits.placements[storageClass]
        try await store.put(bucket, "put-" + name, patternBytes(600_000)) { $0.storageClass = storageClass }
        try await store.copy((bucket, "put-s"), to: (bucket, "copy-" + name)) {
          $0.storageClass = storageClass
        }
        try await store.uploadInParts(bucket, "parts-" + name, storageClass)
        try await store.append(bucket, "append-" + name, storageClass)
        for kind in ["put-", "copy-", "parts-", "append-"] {
          let volumes = try await store.volumesOf(bucket, kind + name)
          #expect(!volumes.isEmpty && volumes.isSubset(of: numbers), "\(kind)\(name) on \(volumes)")
        }
      }
      // Where the class does not change no byte is written.
      let written = store.volumes.statistics().payloadBytesWritten
      try await store.copy((bucket, "put-ia"), to: (bucket, "again")) { $0.storageClass = .standardIA }
      #expect(store.volumes.statistics().payloadBytesWritten == written)
      try await expectSound(store)
      let store = try await store.reopened()
      for name in ["put-s", "put-ia", "copy-ia", "again"] {
        #expect(try await store.get(bucket, name) == patternBytes(600_000))
      }
      let report = try await store.objects.check(depth: .everything, progress: CheckProgress()) { _ in }
      #expect(report.problems.isEmpty, "\(report.problems)")
      for name in ["s", "ia", "g"] {
        for kind in ["put-", "copy-", "parts-", "append-"] { try await store.delete(bucket, kind + name) }
      }
      try await store.delete(bucket, "again")
      #expect(store.volumes.statistics().liveBytes == 0)
      try await expectSound(store)
      await store.close()
    }
  }

  @Test(arguments: TestStore.Kind.allCases)
  func transitionsTakeTheBytesAlong(_ kind: TestStore.Kind) async throws {
    try await Nights.with(kind, limits: Self.limits, volumeCount: 4) { store, clock in
      let made = try await store.versionedBucket()
      var rule = LifecycleRules.Rule(id: "r")
      rule.transitions = [
        LifecycleRules.Transition(.days(1), to: .standardIA),
        LifecycleRules.Transition(.days(3), to: .glacier),
      ]
      let bucket = try await store.objects.setLifecycle(
        LifecycleRules([rule], smallestToMove: .anySize), of: made)
      let bytes = patternBytes(600_000)
      try await store.put(bucket, "put", bytes)
      try await store.put(bucket, "inline", [1, 2, 3])
      try await store.uploadInParts(bucket, "parts", .standard)
      // Shares its blob with one that stays.
      let other = try await store.bucket("other")
      try await store.put(other, "stays", bytes)
      try await store.copy((other, "stays"), to: (bucket, "shared"))
      let parts = try await store.get(bucket, "parts")
      let before = try await store.info(bucket, "put")
      for (midnight, storageClass) in [(Int64(2), StorageClass.standardIA), (4, .glacier)] {
        let tally = await Nights.run(store, clock, midnight: midnight)
        #expect(tally.moved == 4)
        for name in ["put", "parts", "shared"] {
          let volumes = try await store.volumesOf(bucket, name)
          #expect(
            !volumes.isEmpty && volumes.isSubset(of: store.limits.placements[storageClass]),
            "\(name) on \(volumes)")
          #expect(try await store.info(bucket, name).storageClass == storageClass)
        }
        #expect(try await store.volumesOf(other, "stays") == [0])
        try await expectSound(store)
      }
      let after = try await store.info(bucket, "put")
      #expect(after.version == before.version && after.lastModified == before.lastModified)
      for (bucket, name) in [(bucket, "put"), (bucket, "shared"), (other, "stays")] {
        #expect(try await store.get(bucket, name) == bytes)
      }
      #expect(try await store.get(bucket, "parts") == parts)
      #expect(try await store.get(bucket, "inline") == [1, 2, 3])
    }
  }

  @Test(arguments: TestStore.Kind.allCases)
  func aDrainedVolumeIsEmptied(_ kind: TestStore.Kind) async throws {
    try await Self.with(kind) { first in
      let bucket = try await first.versionedBucket()
      for index in 0..<24 {
        try await first.put(bucket, "k\(index % 12)", patternBytes(70_000 + index)) {
          $0.storageClass = .standardIA
        }
      }
      try await first.copy((bucket, "k1"), to: (bucket, "shared")) { $0.storageClass = .standardIA }
      try await first.uploadInParts(bucket, "parts", .standardIA)
      let open = try await first.beginUpload(bucket, "open", .standardIA)
      let member = try #require(first.volumes.member(1))
      #expect(member.store.statistics().liveBytes > 0)
      try await first.objects.setState(.draining, of: member)
      // It goes on after a restart.
      let store = try await first.reopened()
      let drained = try #require(store.volumes.member(1))
      #expect(drained.state == .draining)
      try await store.put(bucket, "new", patternBytes(90_000)) { $0.storageClass = .standardIA }
      #expect(try await store.volumesOf(bucket, "new") == [2])
      await drained.store.sealActive()
      let victims = drained.store.segmentUsage().filter { $0.liveBytes > 0 }
      #expect(victims.allSatisfy { $0.isSealed && $0.volume == 1 })
      let report = try await store.objects.evacuate(Set(victims.map(\.id))) { _ in }
      #expect(report.damaged.isEmpty && report.tooLong == 0)
      #expect(drained.store.statistics().liveBytes == 0)
      for index in 12..<24 {
        #expect(try await store.get(bucket, "k\(index % 12)") == patternBytes(70_000 + index))
      }
      #expect(try await store.get(bucket, "shared") == patternBytes(70_013))
      for name in ["k3", "parts", "shared"] {
        #expect(try await store.volumesOf(bucket, name) == [2], "\(name)")
      }
      try await store.objects.abortMultipartUpload(
        bucket: bucket, key: try key("open"), uploadID: open.id.text)
      try await expectSound(store)
      await store.close()
    }
  }
}

extension TestStore {
  /// The volumes on which an object's blobs lie.
  fileprivate func volumesOf(_ bucket: BucketInfo, _ name: String) async throws -> Set<UInt16> {
    let object = try await objects.openObject(bucket: bucket, key: try key(name))
    let pieces = try object.pieces { () throws(ObjectError) in try object.map.pieces(0..<object.info.size) }
    return Set(Pieces.extents(pieces).map(\.volume))
  }

  fileprivate func beginUpload(
    _ bucket: BucketInfo, _ name: String, _ storageClass: StorageClass
  ) async throws -> UploadInfo {
    var create = CreateMultipartUploadRequest(bucket: bucket, key: try key(name), owner: TestStore.owner)
    create.storageClass = storageClass
    let upload = try await objects.createMultipartUpload(create)
    _ = try await part(bucket, upload, 1, patternBytes(50_000))
    return upload
  }

  /// Enough parts for a manifest.
  fileprivate func uploadInParts(
    _ bucket: BucketInfo, _ name: String, _ storageClass: StorageClass
  ) async throws {
    let upload = try await beginUpload(bucket, name, storageClass)
    var parts = [try await part(bucket, upload, 1, patternBytes(50_000))]
    for number in 2...40 {
      parts.append(try await part(bucket, upload, number, patternBytes(5_000 + number)))
    }
    try await complete(bucket, upload, parts)
  }

  fileprivate func append(
    _ bucket: BucketInfo, _ name: String, _ storageClass: StorageClass
  ) async throws {
    var request = AppendObjectRequest(
      bucket: bucket, key: try key(name), owner: TestStore.owner, position: 0)
    request.storageClass = storageClass
    _ = try await objects.appendObject(request, body: BytesBody(patternBytes(20_000)))
    request.position = 20_000
    // That of the object counts.
    request.storageClass = .standard
    _ = try await objects.appendObject(request, body: BytesBody(patternBytes(30_000)))
  }
}
