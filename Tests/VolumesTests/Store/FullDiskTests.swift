import Glibc
import Ring
import Testing

@testable import Volumes

struct FullDiskTests {
  /// No room for a segment beside the reserve: writes fail, reads go on, and room that comes back is used.
  @Test func theReserveIsKept() async throws {
    try await TestVolume.with { volume in
      let extents = try await volume.on { try await volume.write(Pattern(seed: 1), 50_000, expected: nil) }
      var options = VolumeOptions.small
      options.freeBytesReserve = 1 << 60
      let full = try await volume.reopened(options)
      for size in [100, 50_000, 300_000, 5_000_000] as [UInt64] {
        let error = await #expect(throws: VolumeError.self) {
          try await full.on { _ = try await full.write(Pattern(seed: 2), size, expected: size) }
        }
        #expect(error?.code == .full)
      }
      try await full.on { try await full.expect(Pattern(seed: 1), extents, 0..<50_000) }
      #expect(full.buffersOutstanding == 0)
      let statistics = full.store.statistics()
      #expect(statistics.readOnlyReason == nil && statistics.segmentFailures == 0)
      // What is moved out of segments that go has a smaller reserve.
      options.freeBytesForMoves = 0
      let moving = try await full.reopened(options)
      let writer = try await moving.on {
        let writer = try await moving.store.makeWriter(.test(5), expectedLength: 100, for: .move)
        _ = try await unsafe writer.nextBuffer()
        try await writer.advance(100)
        return try await writer.finish()
      }
      #expect(writer.count == 1)
      let roomy = try await moving.reopened()
      try await roomy.on { _ = try await roomy.write(Pattern(seed: 2), 50_000, expected: nil) }
      await roomy.store.close()
    }
  }

  /// A real file system of 12 MiB, where the test may mount one.
  @Test func aFullFileSystemFailsWritesOnly() async throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    // SAFETY: the options are a string for the length of the call.
    guard unsafe mount("tmpfs", directory.path, "tmpfs", 0, "size=12m") == 0 else { return }
    defer { _ = unsafe umount2(directory.path, Int32(MNT_DETACH)) }
    let rings = try RingGroup(count: 1, backend: .auto)
    defer { rings.shutdown() }
    let store = try await VolumeStore.open(directory: directory.path, options: .small, rings: rings)
    let volume = TestVolume(store: store, rings: rings, directory: directory.path)
    var blobs: [[ExtentLocation]] = []
    var failure: VolumeError?
    while failure == nil {
      let seed = UInt64(blobs.count)
      do {
        blobs.append(
          try await volume.on { try await volume.write(Pattern(seed: seed), 300_000, expected: nil) })
      } catch let error as VolumeError {
        failure = error
      }
    }
    #expect(failure?.code == .full)
    // The first segment has 8 MiB; a smaller one is made of what is left.
    #expect(blobs.count > 30)
    let written = blobs
    try await volume.on {
      for (seed, extents) in written.enumerated() {
        try await volume.expect(Pattern(seed: UInt64(seed)), extents, 0..<300_000)
      }
    }
    #expect(volume.buffersOutstanding == 0)
    await store.close()
  }
}
