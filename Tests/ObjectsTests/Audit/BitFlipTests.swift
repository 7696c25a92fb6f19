import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

/// Any one bit of any segment file is turned, a thousand times: no reader is ever given wrong bytes, and both reading
/// and scrubbing find every bit that matters.
@Suite struct BitFlipTests {
  private static let flips = 1_000

  @Test func everyFlippedBitOfLiveDataIsFound() async throws {
    try await TestStore.with(.rocks, limits: .small) { first in
      let bucket = try await first.bucket()
      try await first.fill(bucket)
      try await first.put(bucket, "dead", patternBytes(50_000))
      try await first.delete(bucket, "dead")
      let store = try await first.reopened()
      let seed = UInt64.random(in: 0 ... .max)
      var random = SeededGenerator(seed: seed)
      let objects = try await Self.contents(store, bucket)
      let live = try await Self.liveExtents(store)
      let segments = store.objects.segmentUsage()
      var (inLive, inPayload) = (0, 0)
      for index in 0..<Self.flips {
        // Most flips are aimed at live data; the others may fall anywhere.
        let place: (segment: UInt32, offset: UInt64)
        if index % 5 == 0, let segment = segments.randomElement(using: &random) {
          place = (segment.segment, UInt64.random(in: 0..<segment.usedBytes, using: &random))
        } else {
          let extent = try #require(live.keys.sorted { $0.place < $1.place }.randomElement(using: &random))
          place = (extent.segment, extent.offset + UInt64.random(in: 0..<extent.footprint, using: &random))
        }
        let what: Comment = "seed \(seed), flip \(index): segment \(place.segment), offset \(place.offset)"
        let path = store.directory + "/volume/segments/" + Self.name(place.segment)
        let bit = UInt8.random(in: 0..<8, using: &random)
        try flipBit(path, at: place.offset, bit: bit)
        let hit = live.first {
          $0.key.segment == place.segment && $0.key.offset <= place.offset
            && place.offset < $0.key.offset + $0.key.footprint
        }
        if let (extent, keys) = hit {
          inLive += 1
          let inHeader = place.offset < extent.offset + UInt64(extent.headerLength)
          if !inHeader { inPayload += 1 }
          let audit = await failure { try await Self.audit(store, extent) }
          #expect(audit != nil, what)
          for key in keys { try await Self.expect(store, bucket, key, objects, mayFail: !inHeader, what) }
          let report = try await store.scrubAll()
          #expect(
            report.problemCount > 0
              && report.problems.allSatisfy { keys.contains($0.subject?.key.string ?? "") }, what)
        } else if index % 10 == 0 {
          for key in objects.keys.sorted() {
            try await Self.expect(store, bucket, key, objects, mayFail: false, what)
          }
          #expect(try await store.scrubAll().problemCount == 0, what)
        }
        try flipBit(path, at: place.offset, bit: bit)
      }
      #expect(inLive > Self.flips / 2 && inPayload > Self.flips / 4)
      #expect(try await store.scrubAll().problemCount == 0)
      await store.volumes.close()
    }
  }

  private static func audit(_ store: TestStore, _ extent: ExtentLocation) async throws {
    do throws(VolumeError) { _ = try await store.volumes.audit(extent) } catch { throw ObjectError(error) }
  }

  /// The object is what it was, or an error where it may be; a hit in its bytes must be one.
  private static func expect(
    _ store: TestStore, _ bucket: BucketInfo, _ key: String, _ objects: [String: [UInt8]], mayFail: Bool,
    _ what: Comment
  ) async throws {
    guard let expected = objects[key] else { return }  // a part of an upload
    do {
      let got = try await store.get(bucket, key)
      #expect(got == expected, what)
      // A slice of a blob need not touch the block that was hit.
      #expect(!mayFail || key == "slices", what)
    } catch let ObjectError.storage(failure) {
      #expect(failure.code == .damaged && mayFail, what)
    }
  }

  private static func contents(_ store: TestStore, _ bucket: BucketInfo) async throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for key in ["k0", "k1", "k2", "k3", "k4", "copy", "slices", "many"] {
      contents[key] = try await store.get(bucket, key)
    }
    return contents
  }

  /// All extents that something refers to, with the keys that do.
  private static func liveExtents(_ store: TestStore) async throws -> [ExtentLocation: [String]] {
    var extents: [ExtentLocation: [String]] = [:]
    var next: [UInt8]? = ObjectStore.firstReferrer
    while let start = next {
      let step = try await store.objects.referrers(from: start, rows: 100)
      for referrer in step.referrers {
        for extent in referrer.extents { extents[extent, default: []].append(referrer.subject.key.string) }
      }
      next = step.next
    }
    return extents
  }

  private static func name(_ segment: UInt32) -> String {
    let digits = String(segment, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits + ".seg"
  }
}
