import Primitives
import Ring

/// The Date and Server lines of every response, made anew once a second. Ring-confined.
struct DateAndServerLines {
  private var cached: [UInt8] = []
  private var expires = Instant(nanoseconds: 0)

  /// The lines at `now`, the ring's time of this turn.
  mutating func lines(at now: Instant) -> [UInt8] {
    if now >= expires {
      let time = Timestamp.now()
      cached = []
      StatusLine.append("Date: ", to: &cached)
      time.append(imfFixdateTo: &cached)
      StatusLine.append("\r\nServer: Weir\r\n", to: &cached)
      // Until the wall clock's next second.
      expires = now.advanced(by: .milliseconds(1000 - time.milliseconds % 1000))
    }
    return cached
  }
}
