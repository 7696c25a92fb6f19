import Glibc
import Metadata
import Primitives
import Testing
import Volumes

@testable import Objects

/// Damage never gives wrong bytes, and its error says which object it is in and where.
@Suite struct DamagedObjectTests {
  /// A packed object and one of many blocks: the damaged block is named, sound ranges and other objects are read.
  @Test(arguments: [20_000, 1_000_000]) func aFlippedBitIsNamed(_ size: Int) async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let bytes = patternBytes(size)
      let written = try await store.put(bucket, "a/é", bytes)
      try await store.put(bucket, "other", bytes)
      let place = try Self.flipBit(of: try await store.extents(bucket, "a/é")[0], in: store)
      for _ in 0..<2 {
        let failure = try #require(await Self.storageFailure { _ = try await store.get(bucket, "a/é") })
        #expect(failure.code == .damaged)
        #expect(failure.place == place)
        #expect(
          failure.subject
            == StorageFailure.Subject(bucket: "bucket", key: try key("a/é"), version: written.version))
      }
      if size > 65_536 {
        #expect(try await store.get(bucket, "a/é", 65_536..<130_000) == Array(bytes[65_536..<130_000]))
      }
      #expect(try await store.get(bucket, "other") == bytes)
    }
  }

  /// The source of a copy whose bytes have to be read is named, not the copy.
  @Test func aCopyNamesItsSource() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "source", patternBytes(30_000))
      _ = try Self.flipBit(of: try await store.extents(bucket, "source")[0], in: store)
      let failure = await Self.storageFailure {
        _ = try await store.copy((bucket, "source"), to: (bucket, "copy")) { $0.checksumAlgorithm = .sha1 }
      }
      #expect(failure?.subject?.key == (try key("source")))
      #expect(failure?.place?.offset != nil)
    }
  }

  /// A row that cannot be decoded: reads, listings, deletions in a batch.
  @Test func aDamagedRowIsNamed() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "a", [1, 2, 3])
      try await store.put(bucket, "b", [4])
      let row = ObjectTables.object(bucket.id, try key("a").bytes)
      try await store.metadata.update(.system) { (transaction) throws(MetadataError) in
        transaction.put(row, [99, 99])
      }
      let subject = StorageFailure.Subject(bucket: "bucket", key: try key("a"), version: nil)
      let failures = [
        await Self.storageFailure { _ = try await store.get(bucket, "a") },
        await Self.storageFailure { _ = try await store.info(bucket, "a") },
        await Self.storageFailure {
          _ = try await store.objects.listObjects(ListObjectsRequest(bucket: bucket))
        },
      ]
      for failure in failures {
        #expect(failure?.code == .damaged)
        #expect(failure?.subject == subject)
        #expect(failure?.place == nil)
      }
      let outcomes = await store.objects.deleteObjects([
        DeleteObjectRequest(bucket: bucket, key: try key("b"), ifMatch: nil),
        DeleteObjectRequest(bucket: bucket, key: try key("a"), ifMatch: nil),
      ])
      guard case .success = outcomes[0], case .failure(.storage(let failure)) = outcomes[1] else {
        Issue.record("\(outcomes)")
        return
      }
      #expect(failure.subject == subject)
    }
  }

  /// Flips a bit in the first block of an extent's payload; where that is.
  private static func flipBit(
    of extent: ExtentLocation, in store: TestStore
  ) throws -> StorageFailure.Place {
    let digits = String(extent.segment, radix: 16)
    let file = String(repeating: "0", count: 8 - digits.count) + digits + ".seg"
    let descriptor = unsafe open(store.directory + "/volume/segments/" + file, O_RDWR)
    defer { close(descriptor) }
    let payload = extent.offset + UInt64(extent.headerLength)
    var byte: UInt8 = 0
    // SAFETY: one byte to and from a local.
    try #require(unsafe pread(descriptor, &byte, 1, off_t(payload + 7)) == 1)
    byte ^= 4
    try #require(unsafe pwrite(descriptor, &byte, 1, off_t(payload + 7)) == 1)
    return StorageFailure.Place(volume: extent.volume, segment: extent.segment, offset: payload)
  }

  private static func storageFailure(_ body: () async throws -> Void) async -> StorageFailure? {
    guard case .storage(let failure)? = await failure(body) else { return nil }
    return failure
  }
}

extension TestStore {
  /// Where the bytes of an object are.
  func extents(_ bucket: BucketInfo, _ name: String) async throws -> [ExtentLocation] {
    let object = try await objects.openObject(bucket: bucket, key: try key(name))
    var extents: [ExtentLocation] = []
    for case .slice(let slice) in try object.map.pieces(0..<object.info.size) {
      extents.append(contentsOf: slice.extents)
    }
    return extents
  }
}
