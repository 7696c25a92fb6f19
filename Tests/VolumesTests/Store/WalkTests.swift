import Glibc
import Primitives
import Ring
import Testing

@testable import Volumes

struct WalkTests {
  /// A segment tells all that was written to it, and nothing that was not.
  @Test func aWalkFindsEveryExtent() async throws {
    try await TestVolume.with { volume in
      try await volume.on {
        var written: [ExtentLocation: (UInt64, index: Int, isLast: Bool)] = [:]
        var generator = SeededGenerator(seed: 8)
        for seed in 0..<60 as Range<UInt64> {
          let sizes: [UInt64] = [900, 20_000, 131_072, 200_000, 262_144, 1_500_000, 5_000_000]
          let size = sizes.randomElement(using: &generator) ?? 1
          let known = Bool.random(using: &generator)
          let finish = seed % 7 != 3
          let extents = try await volume.write(
            Pattern(seed: seed), size, expected: known ? size : nil, finish: finish)
          for (index, extent) in extents.enumerated() {
            written[extent] = (seed, index, index == extents.count - 1)
          }
        }
        let segments = Set(written.keys.map(\.segment)).sorted()
        #expect(segments.count > 3)
        for segment in segments {
          for found in try await volume.store.walk(segment: segment) where found.isComplete {
            // Given up whole extents are complete too, but nothing refers to them.
            guard let (seed, index, isLast) = written.removeValue(forKey: found.location) else {
              #expect(found.description.version % 7 == 3)
              continue
            }
            #expect(found.description == .test(seed))
            #expect(found.index == UInt32(index))
            #expect(found.isLast == isLast)
            #expect(try await volume.store.audit(found.location) == found.description)
          }
        }
        #expect(written.isEmpty)
      }
      #expect(volume.buffersOutstanding == 0)
    }
  }

  /// A client stores bytes that look like extents at the very place where they will lie. It knows everything
  /// but the volume's id.
  @Test func forgedExtentsAreNotBelieved() async throws {
    try await TestVolume.with { volume in
      try await volume.on {
        let first = try await volume.write(Pattern(seed: 1), 10_000, expected: 10_000)
        // The next large blob starts on the next page but two; its payload a page later.
        let start = first[0].offset + 12_288 + 4_096
        var payload: [UInt8] = []
        for page in 0..<100 as Range<UInt64> {
          let description = ExtentDescription.test(999)
          let location = ExtentLocation(
            volume: 3, segment: first[0].segment, offset: start + page * 4_096, length: 100,
            headerLength: UInt16(description.headerLength))
          let header = ExtentHeader(
            flags: .last, headerLength: description.headerLength, segment: location.segment, index: 0,
            offset: location.offset, length: 100, blobOffset: 0, volumeID: VolumeID(high: 1, low: 2),
            description: description)
          payload += unsafe encoded(count: 4_096) { target in
            unsafe header.encode(into: target)
            unsafe ExtentTrailer.encode(
              location, blob: description.blob, blocks: [0],
              into: target.mutablePart(header.headerLength + 100..<4_096))
          }
        }
        let writer = try await volume.store.makeWriter(.test(2), expectedLength: UInt64(payload.count))
        var done = 0
        while done < payload.count {
          let space = try await unsafe writer.nextBuffer()
          let count = min(space.count, payload.count - done)
          let piece = Array(payload[done..<done + count])
          // SAFETY: `count` bytes fit the space.
          unsafe piece.withUnsafeBytes { unsafe space.copyMemory(from: $0) }
          try await writer.advance(count)
          done += count
        }
        let second = try await writer.finish()
        #expect(second[0].payloadOffset == start, "the forgery is where it says it is")
        // Damage to the real header makes the walk look inside the payload.
        try flipBit(volume.path(second[0]), at: second[0].offset + 50)
        let found = try await volume.store.walk(segment: first[0].segment)
        #expect(found.map(\.location) == first)
      }
    }
  }

  /// One bit of a segment's header costs none of its extents, and a walk tells it.
  @Test func aDamagedHeaderIsToldAndCostsNothing() async throws {
    try await TestVolume.with { volume in
      let extents = try await volume.on { try await volume.write(Pattern(seed: 1), 50_000, expected: nil) }
      let path = volume.path(extents[0])
      let again = try await volume.reopened()
      for offset in [UInt64(0), 9, 13, 20, 4_095] {
        try flipBit(path, at: offset)
        let damaged = try await again.reopened()
        try await damaged.on {
          try await damaged.expect(Pattern(seed: 1), extents, 0..<50_000)
          let error = await #expect(throws: VolumeError.self) {
            _ = try await damaged.store.walk(segment: extents[0].segment)
          }
          #expect(error?.code == .damaged && error?.segment == extents[0].segment)
        }
        try flipBit(path, at: offset)
        await damaged.store.close()
      }
      let sound = try await again.reopened()
      try await sound.on { try await sound.expect(Pattern(seed: 1), extents, 0..<50_000) }
      await sound.store.close()
    }
  }

  /// What a crash leaves that came before the segment's header: space, of which some may look like data.
  @Test func aSegmentOfZerosHoldsNothing() async throws {
    try await TestVolume.with { volume in
      let extents = try await volume.on { try await volume.write(Pattern(seed: 1), 50_000, expected: nil) }
      let blank = extents[0].segment + 7
      let path = volume.store.volume.path(blank)
      await volume.store.close()
      try unsafe [UInt8](repeating: 0, count: 1 << 20).withUnsafeBytes { zeros in
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        defer { close(descriptor) }
        // SAFETY: the bytes live as long as the closure.
        try #require(unsafe pwrite(descriptor, zeros.baseAddress, zeros.count, 0) == zeros.count)
      }
      let again = try await volume.reopened()
      #expect(again.store.segmentUsage().map(\.segment).contains(blank))
      #expect(try await again.on { try await again.store.walk(segment: blank).count } == 0)
      // One bit is what somebody has written, and the header is not.
      try flipBit(path, at: 700_000)
      await #expect(throws: VolumeError.self) {
        try await again.on { _ = try await again.store.walk(segment: blank) }
      }
      await again.store.close()
    }
  }
}
