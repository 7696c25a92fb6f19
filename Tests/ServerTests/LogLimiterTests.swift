import Ring
import Testing

@testable import Server

@Suite struct LogLimiterTests {
  private let start = Instant(nanoseconds: 1)

  @Test func oneLineAMinuteForEachThing() {
    let limiter = LogLimiter()
    #expect(limiter.admit("a", now: start) == 0)
    #expect(limiter.admit("b", now: start) == 0)
    for second in 0..<59 {
      #expect(limiter.admit("a", now: start.advanced(by: .seconds(second))) == nil)
    }
    #expect(limiter.admit("a", now: start.advanced(by: .seconds(60))) == 59)
    #expect(limiter.admit("a", now: start.advanced(by: .seconds(61))) == nil)
    #expect(limiter.admit("b", now: start.advanced(by: .seconds(60))) == 0)
  }

  /// More things than are told apart share one line; once the known ones are silent no longer, there is room again.
  @Test func itsMemoryIsBounded() {
    let limiter = LogLimiter()
    for thing in 0..<LogLimiter.thingsMax { #expect(limiter.admit("\(thing)", now: start) == 0) }
    #expect(limiter.admit("one more", now: start) == 0)
    #expect(limiter.admit("and more", now: start) == nil)
    #expect(limiter.admit("0", now: start) == nil)
    let later = start.advanced(by: LogLimiter.interval)
    #expect(limiter.admit("and more", now: later) == 0)
    #expect(limiter.admit("one more", now: later) == 0)
  }
}
