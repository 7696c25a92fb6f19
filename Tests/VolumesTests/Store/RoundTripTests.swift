import Ring
import Testing

@testable import Volumes

struct RoundTripTests {
  static let sizes: [UInt64] = [
    0, 1, 4_095, 4_096, 4_097, 8_191, 12_000, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 258_047,
    258_048,
    258_049, 262_143, 262_144, 262_145, 1 << 20, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, 7_000_001,
  ]

  @Test(arguments: [IOBackend.uring, .poll], [DirectChoice.auto, .off])
  func everySizeComesBack(backend: IOBackend, direct: DirectChoice) async throws {
    var options = VolumeOptions.small
    options.directIO = direct == .off ? .off : .auto
    try await TestVolume.with(backend, options) { volume in
      for size in Self.sizes {
        for expected in [size, nil] as [UInt64?] {
          try await volume.on {
            let pattern = Pattern(seed: size)
            let extents = try await volume.write(pattern, size, expected: expected)
            #expect(extents.total == size)
            #expect(extents.isEmpty == (size == 0))
            try await volume.expect(pattern, extents, 0..<size)
          }
        }
      }
      #expect(volume.buffersOutstanding == 0)
      let statistics = volume.store.statistics()
      #expect(statistics.openWriters == 0)
      #expect(statistics.payloadBytesWritten == 2 * Self.sizes.reduce(0, +))
      #expect(statistics.payloadBytesRead == statistics.payloadBytesWritten)
      #expect(statistics.blobsWritten == UInt64(2 * Self.sizes.count))
      #expect(statistics.damagedReads == 0)
      #expect(statistics.liveBytes + statistics.deadBytes > statistics.payloadBytesWritten)
    }
  }

  enum DirectChoice: Sendable { case auto, off }

  /// Pieces as a network delivers them, and a length that was announced wrongly.
  @Test(arguments: [1, 1_447, 16_384, 100_000])
  func piecesOfAnySize(piece: Int) async throws {
    try await TestVolume.with { volume in
      for size in [1, 50_000, 131_072, 300_000, 1 << 20] as [UInt64] where Int(size) / piece < 60_000 {
        for expected in [size, nil, size / 2, size * 3, 100, 140_000] as [UInt64?] {
          try await volume.on {
            let pattern = Pattern(seed: size + UInt64(piece))
            let extents = try await volume.write(pattern, size, expected: expected, piece: piece)
            #expect(extents.total == size)
            try await volume.expect(pattern, extents, 0..<size)
          }
        }
      }
      #expect(volume.buffersOutstanding == 0)
    }
  }

  /// Whatever a client says: its length is not judged yet when memory is claimed for it.
  @Test func aWriterOfAnyLengthTakesBoundedMemory() async throws {
    try await TestVolume.with { volume in
      let most = volume.store.writerBytes(expecting: nil)
      var last = 0
      for length in [0, 1, 10_000, 100_000, 1 << 20, 5 << 30, 1 << 63 - 1, 1 << 63, .max] as [UInt64] {
        let bytes = volume.store.writerBytes(expecting: length)
        #expect(bytes >= last && bytes > 0 && bytes <= most)
        last = bytes
      }
      #expect(last == most)
    }
  }

  @Test func smallBlobsArePackedAndLargeOnesAligned() async throws {
    try await TestVolume.with { volume in
      try await volume.on {
        for expected in [nil, 131_072] as [UInt64?] {
          let small = try await volume.write(Pattern(seed: 1), 131_072, expected: expected)
          #expect(small.count == 1)
          #expect(small[0].headerLength == 96 + 6 + 5)
          #expect(small[0].offset % 4_096 == 0, "a group starts on a page")
        }
        let large = try await volume.write(Pattern(seed: 1), 131_073, expected: nil)
        #expect(large[0].headerLength == 4_096)
        #expect(large[0].offset % 4_096 == 0)
      }
      #expect(volume.store.statistics().packedBlobs == 2)
    }
  }

  @Test(arguments: [IOBackend.uring, .poll])
  func largeBlobs(backend: IOBackend) async throws {
    var options = VolumeOptions()
    options.freeBytesReserve = 0
    try await TestVolume.with(backend, options) { volume in
      try await volume.on {
        let size: UInt64 = (64 << 20) + 1
        let extents = try await volume.write(Pattern(seed: 1), size, expected: size)
        #expect(extents.map(\.length) == [64 << 20, 1])
        try await volume.expect(Pattern(seed: 1), extents, 0..<size)
      }
    }
  }

  @Test func aBlobOfUnknownLengthOverManySegments() async throws {
    var options = VolumeOptions()
    options.freeBytesReserve = 0
    options.segmentSize = 48 << 20
    try await TestVolume.with(.auto, options) { volume in
      try await volume.on {
        let size: UInt64 = 200 << 20
        let extents = try await volume.write(Pattern(seed: 2), size, expected: nil)
        #expect(extents.total == size)
        #expect(Set(extents.map(\.segment)).count > 4)
        try await volume.expect(Pattern(seed: 2), extents, 0..<size)
        try await volume.expect(Pattern(seed: 2), extents, 123_456_789..<123_999_999)
      }
      #expect(volume.buffersOutstanding == 0)
    }
  }

  @Test(arguments: [false, true])
  func ranges(directReads: Bool) async throws {
    var options = VolumeOptions.small
    options.directReads = directReads
    try await TestVolume.with(.auto, options) { volume in
      for size in [1, 5_000, 70_000, 131_072, 300_000, 5_000_000] as [UInt64] {
        try await volume.on {
          let pattern = Pattern(seed: size)
          let extents = try await volume.write(pattern, size, expected: size)
          var generator = SeededGenerator(seed: size)
          try await volume.expect(pattern, extents, 0..<0)
          try await volume.expect(pattern, extents, size..<size)
          try await volume.expect(pattern, extents, size - 1..<size)
          for _ in 0..<60 {
            let lower = UInt64.random(in: 0...size, using: &generator)
            let upper = UInt64.random(in: lower...size, using: &generator)
            try await volume.expect(pattern, extents, lower..<upper)
          }
        }
      }
      #expect(volume.buffersOutstanding == 0)
    }
  }

  @Test func readersEndEarly() async throws {
    try await TestVolume.with { volume in
      try await volume.on {
        let extents = try await volume.write(Pattern(seed: 1), 6 << 20, expected: nil)
        for reads in 0..<4 {
          let reader = volume.store.makeReader(extents, range: 0..<6 << 20)
          for _ in 0..<reads { _ = try await unsafe reader.next() }
          await reader.close()
          #expect(try await unsafe reader.next() == nil)
          await reader.close()
        }
      }
      #expect(volume.buffersOutstanding == 0)
    }
  }
}
