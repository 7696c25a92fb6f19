import Glibc
import Ring
import Testing

@testable import Volumes

struct ReadOnlyTests {
  /// Three segments in a row fail: the volume is given up, says so once, refuses writes at once, and is read from.
  /// It is written to again when it is opened anew.
  @Test(arguments: [20_000, 400_000] as [UInt64]) func failingSyncsEndWriting(size: UInt64) async throws {
    let told = Locked<[VolumeError]>([])
    var options = VolumeOptions.small
    options.onFailure = { error in told.withLock { $0.append(error) } }
    try await TestVolume.with(.auto, options) { volume in
      let sound = try await volume.on { try await volume.write(Pattern(seed: 1), size, expected: size) }
      let broken = VolumeError(.io, "the disk broke", volume: 3, errno: EIO)
      try await volume.on { volume.store.shares[0].injectedSyncFailure = broken }
      for _ in 0..<3 { #expect(try await Self.failure(volume, size) == broken) }
      // The disk is well again, but nobody tries.
      try await volume.on { volume.store.shares[0].injectedSyncFailure = nil }
      for size in [100, 20_000, 400_000] as [UInt64] {
        let error = try await Self.failure(volume, size)
        #expect(error?.code == .readOnly)
        #expect(error?.message.contains("the disk broke") == true)
        #expect(error?.errno == EIO)
      }
      try await volume.on { try await volume.expect(Pattern(seed: 1), sound, 0..<size) }
      let statistics = volume.store.statistics()
      #expect(statistics.readOnlyReason?.contains("the disk broke") == true)
      #expect(statistics.segmentFailures == 3)
      #expect(told.withLock { $0.map(\.code) } == [.io, .io, .io, .readOnly])
      #expect(volume.buffersOutstanding == 0)
      let again = try await volume.reopened()
      #expect(again.store.statistics().readOnlyReason == nil)
      let new = try await again.on { try await again.write(Pattern(seed: 2), size, expected: size) }
      try await again.on {
        try await again.expect(Pattern(seed: 1), sound, 0..<size)
        try await again.expect(Pattern(seed: 2), new, 0..<size)
      }
      await again.store.close()
    }
  }

  /// Failures that a sync comes between are not in a row.
  @Test func aSyncThatSucceedsBreaksTheRow() async throws {
    try await TestVolume.with { volume in
      let broken = VolumeError(.io, "once", errno: EIO)
      for _ in 0..<5 {
        for _ in 0..<2 {
          try await volume.on { volume.store.shares[0].injectedSyncFailure = broken }
          #expect(try await Self.failure(volume, 20_000) == broken)
        }
        try await volume.on { volume.store.shares[0].injectedSyncFailure = nil }
        #expect(try await Self.failure(volume, 20_000) == nil)
      }
      #expect(volume.store.statistics().readOnlyReason == nil)
      #expect(volume.store.statistics().segmentFailures == 10)
    }
  }

  /// Many blobs that wait for one failing sync are one failure.
  @Test func oneSegmentFailsOnce() async throws {
    try await TestVolume.with { volume in
      try await volume.on {
        volume.store.shares[0].injectedSyncFailure = VolumeError(.io, "once", errno: EIO)
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<2 { group.addTask { _ = try? await Self.failure(volume, 600_000, onRing: true) } }
        }
        volume.store.shares[0].injectedSyncFailure = nil
      }
      #expect(try await Self.failure(volume, 20_000) == nil)
      #expect(volume.store.statistics().segmentFailures <= 2)
    }
  }

  @Test func whatCountsAsAFailure() {
    let options = VolumeOptions()
    let full = VolumeHealth(volume: 0, options)
    for _ in 0..<10 { full.failed(VolumeError(.full, "no room", errno: ENOSPC)) }
    #expect(full.refusal == nil && full.failureCount == 0)
    let remounted = VolumeHealth(volume: 0, options)
    remounted.failed(VolumeError(.io, "remounted", errno: EROFS))
    #expect(remounted.refusal?.code == .readOnly, "a read-only file system is not tried three times")
  }

  /// The error of a write; nil when it succeeds.
  private static func failure(
    _ volume: TestVolume, _ size: UInt64, onRing: Bool = false
  ) async throws -> VolumeError? {
    do {
      if onRing {
        _ = try await volume.write(Pattern(seed: 9), size, expected: size)
      } else {
        try await volume.on { _ = try await volume.write(Pattern(seed: 9), size, expected: size) }
      }
      return nil
    } catch let error as VolumeError {
      return error
    }
  }
}
