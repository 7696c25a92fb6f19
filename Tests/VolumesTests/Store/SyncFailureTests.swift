import Ring
import Synchronization
import Testing

@testable import Volumes

struct SyncFailureTests {
  /// docs/ordering.md, Volumes 3: a failed fdatasync seals its segment and fails all that waited on it.
  @Test(arguments: [20_000, 400_000] as [UInt64])
  func aFailedSyncSealsTheSegment(size: UInt64) async throws {
    var options = VolumeOptions.small
    options.segmentFailuresMax = .max
    try await TestVolume.with(.auto, options) { volume in
      let before = try await volume.on { try await volume.write(Pattern(seed: 1), size, expected: size) }
      try await volume.on {
        volume.store.shares[0].injectedSyncFailure = VolumeError(.io, "injected")
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<20 {
          group.addTask {
            let error = await #expect(throws: VolumeError.self) {
              try await volume.on {
                _ = try await volume.write(Pattern(seed: UInt64(index)), size, expected: size)
              }
            }
            #expect(error?.message == "injected")
          }
        }
        try await group.waitForAll()
      }
      try await volume.on { volume.store.shares[0].injectedSyncFailure = nil }
      let after = try await volume.on { try await volume.write(Pattern(seed: 2), size, expected: size) }
      #expect(after[0].segment > before[0].segment, "new writes go to a new segment")
      try await volume.on {
        try await volume.expect(Pattern(seed: 1), before, 0..<size)
        try await volume.expect(Pattern(seed: 2), after, 0..<size)
      }
      let statistics = volume.store.statistics()
      #expect(statistics.syncFailures > 0)
      #expect(statistics.blobsWritten == 2)
      #expect(volume.buffersOutstanding == 0)
      #expect(statistics.openWriters == 0)
    }
  }

  /// A sync that was running when a write ended does not count for it; all that came meanwhile share the next.
  @Test func aRunningSyncDoesNotCount() async throws {
    let rings = try RingGroup(count: 1, backend: .poll)
    defer { rings.shutdown() }
    let counts = await rings.rings[0].run { () -> [UInt64] in
      let counters = VolumeCounters()
      let gate = RingSignal()
      let log = Log()
      let sync = SharedSync(counters: counters) { () async throws(VolumeError) in
        log.started += 1
        await gate.wait()
      }
      let shared = Confined(sync)
      for index in 0..<10 {
        Ring.current.spawn {
          let startedBefore = log.started
          try? await shared.value.wait(blobs: 1)
          if index > 0 { log.early += log.started <= startedBefore ? 1 : 0 }
          log.ended += 1
        }
      }
      for expected in [1, 10] {
        for _ in 0..<20 { await Ring.current.yieldTurn() }
        gate.fire()
        while log.ended < expected { await Ring.current.yieldTurn() }
      }
      let statistics = counters
      return [
        statistics.syncs.load(ordering: .relaxed), statistics.blobsSynced.load(ordering: .relaxed),
        UInt64(log.started), UInt64(log.early),
      ]
    }
    #expect(counts == [2, 10, 2, 0])
  }

  // @unchecked: touched on one ring only.
  private final class Confined<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  // @unchecked: touched on one ring only.
  private final class Log: @unchecked Sendable {
    var started = 0
    var ended = 0
    var early = 0
  }
}
