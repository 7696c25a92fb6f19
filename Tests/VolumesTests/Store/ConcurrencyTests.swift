import Ring
import Synchronization
import Testing

@testable import Volumes

struct ConcurrencyTests {
  /// Writers of all sizes on two rings at once, interleaving in the same segments, with readers on the other
  /// ring while they write.
  @Test(arguments: [IOBackend.uring, .poll])
  func writersInterleave(backend: IOBackend) async throws {
    try await TestVolume.with(backend, rings: 2) { volume in
      let sizes: [UInt64] = [3_000, 16_384, 100_000, 131_073, 700_000, 3_000_000]
      let written = Collected()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<96 {
          group.addTask {
            let size = sizes[index % sizes.count] + UInt64(index)
            let pattern = Pattern(seed: UInt64(1_000 + index))
            let extents = try await volume.on(index % 2) {
              let known = index % 3 == 0 ? nil : size
              return try await volume.write(pattern, size, expected: known, piece: 30_000 + index)
            }
            written.blobs.withLock { $0.append((pattern.seed, size, extents)) }
            try await volume.on((index + 1) % 2) {
              try await volume.expect(pattern, extents, 0..<size)
            }
          }
        }
        try await group.waitForAll()
      }
      let blobs = written.blobs.withLock { $0 }
      #expect(blobs.count == 96)
      expectNoOverlap(blobs.flatMap(\.2))
      #expect(volume.buffersOutstanding == 0)
      let again = try await volume.reopened()
      try await again.on {
        for (seed, size, extents) in blobs { try await again.expect(Pattern(seed: seed), extents, 0..<size) }
      }
      await again.store.close()
    }
  }

  /// Blobs that wait together share writes and syncs.
  @Test(arguments: [IOBackend.uring, .poll])
  func smallBlobsShareSyncs(backend: IOBackend) async throws {
    try await TestVolume.with(backend) { volume in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<32 {
          group.addTask {
            for round in 0..<8 {
              try await volume.on {
                let pattern = Pattern(seed: UInt64(index * 100 + round))
                let extents = try await volume.write(pattern, 5_000, expected: 5_000)
                try await volume.expect(pattern, extents, 0..<5_000)
              }
            }
          }
        }
        try await group.waitForAll()
      }
      let statistics = volume.store.statistics()
      #expect(statistics.packedBlobs == 256)
      #expect(statistics.blobsSynced == 256)
      #expect(statistics.packedGroups < 256)
      #expect(statistics.syncs == statistics.packedGroups)
    }
  }

  @Test func abandonedBlobsLeaveNothingButDeadSpace() async throws {
    try await TestVolume.with { volume in
      try await volume.on {
        for size in [0, 100, 131_072, 300_000, 5_000_000] as [UInt64] {
          for expected in [nil, size, size * 2] as [UInt64?] {
            _ = try await volume.write(Pattern(seed: 1), size, expected: expected, finish: false)
          }
        }
        let writer = try await volume.store.makeWriter(.test(1), expectedLength: nil)
        await writer.abandon()
        await writer.abandon()
        await #expect(throws: VolumeError.self) { _ = try await unsafe writer.nextBuffer() }
        // The space behind is whole again for those who come after.
        let extents = try await volume.write(Pattern(seed: 2), 10_000, expected: nil)
        try await volume.expect(Pattern(seed: 2), extents, 0..<10_000)
      }
      #expect(volume.buffersOutstanding == 0)
      #expect(volume.store.statistics().openWriters == 0)
      #expect(volume.store.statistics().liveBytes < 20_000)
    }
  }

  @Test func abandonedSpaceAtTheEndIsUsedAgain() async throws {
    try await TestVolume.with { volume in
      try await volume.on {
        let first = try await volume.write(Pattern(seed: 1), 10_000, expected: nil)
        for _ in 0..<50 {
          _ = try await volume.write(Pattern(seed: 1), 1_000_000, expected: nil, finish: false)
        }
        let second = try await volume.write(Pattern(seed: 2), 10_000, expected: nil)
        #expect(second[0].segment == first[0].segment)
        #expect(second[0].offset == first[0].offset + 12_288)
      }
    }
  }

  private final class Collected: Sendable {
    let blobs = Mutex<[(UInt64, UInt64, [ExtentLocation])]>([])
  }

  private func expectNoOverlap(_ extents: [ExtentLocation]) {
    let sorted = extents.sorted { ($0.segment, $0.offset) < ($1.segment, $1.offset) }
    for (a, b) in zip(sorted, sorted.dropFirst()) where a.segment == b.segment {
      #expect(a.offset + a.footprint <= b.offset)
    }
  }
}
