import Logging
import Primitives
import Testing
import Volumes

@testable import Background
@testable import Objects

/// The scrub in the background finds what nobody has asked for.
@Suite struct ScrubberTests {
  private static let day: Int64 = 86_400_000

  @Test func aTurnedBitIsFoundByThePassThatIsDue() async throws {
    try await TestStore.with { first in
      let bucket = try await first.bucket()
      try await first.put(bucket, "sound", patternBytes(200_000))
      try await first.put(bucket, "bad", patternBytes(300_000))
      let store = try await first.reopened()
      var options = ScrubberOptions()
      options.rate = 1 << 40
      options.interval = .seconds(7 * 86_400)
      let scrubber = Scrubber(
        objects: store.objects, options: options,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      func pass(onDay day: Int64) async throws(ObjectError) -> (passes: UInt64, damaged: UInt64) {
        let now = Timestamp(milliseconds: Timestamp.now().milliseconds + day * Self.day)
        try await scrubber.passIfDue(Pace(rate: 0), now: now)
        return (scrubber.statistics.passes, scrubber.statistics.damaged)
      }
      #expect(try await pass(onDay: 0) == (1, 0))
      let object = try await store.objects.openObject(bucket: bucket, key: key("bad"))
      guard case .pieces(let pieces) = object.map.content, case .slice(let slice) = pieces[0] else {
        Issue.record("no pieces")
        return
      }
      let extent = slice.extents[0]
      let path = store.directory + "/volume/segments/00000001.seg"
      try flipBit(path, at: extent.offset + UInt64(extent.headerLength) + 70_000)
      // Not before it is due.
      #expect(try await pass(onDay: 6) == (1, 0))
      #expect(try await pass(onDay: 8) == (2, 1))
      #expect(try await store.objects.scrubRecord().damaged == 1)
      await store.volumes.close()
    }
  }
}
