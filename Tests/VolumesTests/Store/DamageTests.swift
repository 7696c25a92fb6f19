import Glibc
import Ring
import Testing

@testable import Volumes

struct DamageTests {
  /// Every region of small and large extents: payload and trailer stop the reader, the header the audit.
  @Test(arguments: [20_000, 131_072, 1_000_000] as [UInt64])
  func flippedBitsAreFound(size: UInt64) async throws {
    try await TestVolume.with { volume in
      let pattern = Pattern(seed: size)
      let extents = try await volume.on { try await volume.write(pattern, size, expected: size) }
      let extent = extents[0]
      let path = volume.path(extent)
      let payload = extent.payloadOffset
      let places: [(UInt64, whole: Bool)] = [
        (payload, false), (payload + size / 2, false), (payload + size - 1, false),
        (extent.trailerOffset, true), (extent.trailerOffset + 20, true), (extent.trailerOffset + 46, true),
        (extent.trailerOffset + UInt64(extent.trailerLength) - 1, true),
      ]
      for (place, whole) in places {
        try flipBit(path, at: place, bit: 3)
        let error = await #expect(throws: VolumeError.self) {
          try await volume.on { try await volume.read(extents, 0..<size) }
        }
        #expect(error?.code == .damaged)
        #expect(error?.segment == extent.segment)
        #expect(error?.volume == 3)
        #expect(error?.offset != nil)
        // A range in sound blocks is still served when the trailer is.
        let block = Int((place - min(place, payload)) / 65_536)
        let other = block == 0 ? size - 1 : 0
        if !whole, extent.blockCount > 1 {
          try await volume.on { try await volume.expect(pattern, extents, other..<other + 1) }
        }
        try flipBit(path, at: place, bit: 3)
        try await volume.on { try await volume.expect(pattern, extents, 0..<size) }
      }
      for place in [extent.offset, extent.offset + 50, extent.offset + 100] {
        try flipBit(path, at: place)
        let error = await #expect(throws: VolumeError.self) {
          try await volume.on { try await volume.store.audit(extent) }
        }
        #expect(error?.code == .damaged)
        try await volume.on { try await volume.expect(pattern, extents, 0..<size) }
        try flipBit(path, at: place)
      }
      let description = try await volume.on { try await volume.store.audit(extent) }
      #expect(description == .test(size))
      #expect(volume.buffersOutstanding == 0)
      #expect(volume.store.statistics().damagedReads >= UInt64(places.count))
    }
  }

  @Test func wrongLocationsAreDamageAndNeverBytes() async throws {
    try await TestVolume.with { volume in
      let extents = try await volume.on { try await volume.write(Pattern(seed: 9), 50_000, expected: nil) }
      let sound = extents[0]
      var generator = SeededGenerator(seed: 4)
      for _ in 0..<400 {
        var offset = sound.offset
        var length = sound.length
        var headerLength = sound.headerLength
        var segment = sound.segment
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: offset = .random(in: 0...(1 << 33), using: &generator)
        case 1: length = .random(in: 0...(1 << 31), using: &generator)
        case 2: headerLength = .random(in: 0...5_000, using: &generator)
        case 3: segment = .random(in: 0...3, using: &generator)
        default:
          offset = .random(in: 0...100_000, using: &generator)
          length = .random(in: 0...100_000, using: &generator)
        }
        let wrong = ExtentLocation(
          volume: 3, segment: segment, offset: offset, length: length, headerLength: headerLength)
        if wrong == sound { continue }
        let error = await #expect(throws: VolumeError.self) {
          try await volume.on { try await volume.read([wrong], 0..<1) }
        }
        #expect(error?.code == .damaged)
      }
      let elsewhere = ExtentLocation(
        volume: 4, segment: sound.segment, offset: sound.offset, length: sound.length,
        headerLength: sound.headerLength)
      await #expect(throws: VolumeError.self) {
        try await volume.on { try await volume.read([elsewhere], 0..<1) }
      }
      #expect(volume.buffersOutstanding == 0)
    }
  }

  @Test func aForeignSegmentIsRefused() async throws {
    try await TestVolume.with { volume in
      let extents = try await volume.on { try await volume.write(Pattern(seed: 9), 50_000, expected: nil) }
      let again = try await volume.reopened()
      try await again.on { try await again.expect(Pattern(seed: 9), extents, 0..<50_000) }
      // The same file under another number.
      let name = again.directory + "/segments/" + SegmentName.string(77)
      try Directory.rename(volume.path(extents[0]), to: name)
      let renamed = ExtentLocation(
        volume: 3, segment: 77, offset: extents[0].offset, length: extents[0].length,
        headerLength: extents[0].headerLength)
      let error = await #expect(throws: VolumeError.self) {
        try await again.on { try await again.read([renamed], 0..<50_000) }
      }
      #expect(error?.message.contains("another") == true)
      #expect(again.buffersOutstanding == 0)
      await again.store.close()
    }
  }

  @Test func aCutOffSegmentIsDamage() async throws {
    try await TestVolume.with { volume in
      let extents = try await volume.on { try await volume.write(Pattern(seed: 9), 500_000, expected: nil) }
      let again = try await volume.reopened()
      let end = extents[0].trailerOffset + UInt64(extents[0].trailerLength)
      for size in [end - 1, extents[0].trailerOffset, extents[0].payloadOffset + 70_000, 4_096] {
        let cut = unsafe truncate(volume.path(extents[0]), off_t(size))
        #expect(cut == 0)
        let error = await #expect(throws: VolumeError.self) {
          try await again.on { try await again.read(extents, 0..<500_000) }
        }
        #expect(error?.code == .damaged)
      }
      #expect(again.buffersOutstanding == 0)
      await again.store.close()
    }
  }
}
