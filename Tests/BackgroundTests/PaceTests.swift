import Ring
import Testing
import Volumes

@testable import Background

@Suite struct PaceTests {
  @Test func bytesAreSpreadOverTime() {
    let pace = Pace(rate: 1_000_000)
    let start = Instant.now()
    // What was saved up covers a tenth of a second, not more.
    #expect(pace.grant(100_000, at: start) == start)
    #expect(pace.grant(500_000, at: start) == start)
    #expect(pace.grant(1, at: start) == start.advanced(by: .milliseconds(500)))
    let later = start.advanced(by: .seconds(60))
    #expect(pace.grant(1_100_000, at: later) == later)
    #expect(pace.grant(1, at: later) == later.advanced(by: .seconds(1)))
  }

  @Test func zeroIsNoLimit() {
    let pace = Pace(rate: 0)
    let start = Instant.now()
    for _ in 0..<10 { #expect(pace.grant(.max, at: start) == start) }
  }

  @Test func aHugeRequestDoesNotTrap() {
    let pace = Pace(rate: 1)
    let start = Instant.now()
    _ = pace.grant(.max, at: start)
    #expect(pace.grant(1, at: start) > start)
  }
}

@Suite struct ReclaimerChoiceTests {
  private static func segment(_ number: UInt32, used: UInt64, live: UInt64, isSealed: Bool = true)
    -> SegmentUsage
  {
    SegmentUsage(volume: 0, segment: number, usedBytes: used, liveBytes: live, isSealed: isSealed)
  }

  @Test func onlySealedAndSparseSegmentsAreEmptied() {
    let usage = [
      Self.segment(1, used: 100, live: 51), Self.segment(2, used: 100, live: 50),
      Self.segment(3, used: 100, live: 10), Self.segment(4, used: 100, live: 0),
      Self.segment(5, used: 100, live: 1, isSealed: false), Self.segment(6, used: 0, live: 0),
    ]
    #expect(Reclaimer.choose(usage, threshold: 50, roundBytes: 1_000).map(\.segment) == [3, 2])
    #expect(Reclaimer.choose(usage, threshold: 10, roundBytes: 1_000).map(\.segment) == [3, 2, 1])
  }

  @Test func aRoundIsBounded() {
    let usage = (1...10).map { Self.segment($0, used: 1_000, live: 100) }
    #expect(Reclaimer.choose(usage, threshold: 50, roundBytes: 250).map(\.segment) == [1, 2, 3])
  }
}
