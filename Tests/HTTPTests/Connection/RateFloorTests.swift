import Testing

@testable import HTTP

@Suite struct RateFloorTests {
  static func floor(
    rate: Int = 100, window: Duration = .seconds(10), silence: Duration = .seconds(4)
  ) -> RateFloor {
    var timeouts = HTTPTimeouts()
    timeouts.minimumRate = rate
    timeouts.rateWindow = window
    timeouts.bodyRead = silence
    return RateFloor(timeouts)
  }

  static let second: UInt64 = 1_000_000_000

  @Test func silenceIsJudgedBeforeTheWindowEnds() {
    var floor = Self.floor()
    #expect(floor.untilJudged == 4 * Self.second)
    floor.note(waited: 3 * Self.second, received: 1)
    #expect(floor.untilJudged == 4 * Self.second)
    floor.note(waited: 4 * Self.second, received: 0)
    #expect(floor.judge() == .silent)
  }

  @Test func aTrickleIsTooSlow() {
    var floor = Self.floor()
    for _ in 0..<9 {
      floor.note(waited: Self.second, received: 50)
      #expect(floor.judge() == .fine)
    }
    #expect(floor.untilJudged == Self.second)
    floor.note(waited: Self.second, received: 50)
    #expect(floor.judge() == .slow)
  }

  @Test func everyWindowIsJudgedByItself() {
    var floor = Self.floor()
    floor.note(waited: 10 * Self.second, received: 1000)
    #expect(floor.judge() == .fine)
    floor.note(waited: 10 * Self.second, received: 999)
    #expect(floor.judge() == .slow)
  }

  @Test func withoutARateOnlySilenceCounts() {
    var floor = Self.floor(rate: 0)
    floor.note(waited: 1_000_000 * Self.second, received: 1)
    #expect(floor.judge() == .fine)
    #expect(floor.untilJudged == 4 * Self.second)
  }

  @Test(arguments: [
    (Duration.zero, UInt64(0)), (.seconds(-5), 0), (.milliseconds(1500), 1_500_000_000), (.nanoseconds(7), 7),
  ])
  func durations(duration: Duration, nanoseconds: UInt64) {
    #expect(Nanoseconds.count(duration) == nanoseconds)
  }
}
