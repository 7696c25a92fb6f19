/// Judges whether a client sends its body fast enough. Pure: it is told how long each receive waited and what came.
/// Only waiting counts; the time a handler takes between two reads is the server's own.
struct RateFloor {
  enum Verdict {
    case fine
    /// Not one byte for too long.
    case silent
    /// Bytes, but fewer than the rate asks for.
    case slow
  }

  /// Nanoseconds without a byte that are too many.
  private let silenceLimit: UInt64
  /// Length of the window in nanoseconds; the greatest number when no rate is asked for.
  private let window: UInt64
  /// Bytes that a whole window must bring.
  private let windowBytes: UInt64
  private var silence: UInt64 = 0
  private var waited: UInt64 = 0
  private var received: UInt64 = 0

  init(_ timeouts: HTTPTimeouts) {
    silenceLimit = max(1, Nanoseconds.count(timeouts.bodyRead))
    let length = max(1, Nanoseconds.count(timeouts.rateWindow))
    let perSecond = UInt64(max(0, timeouts.minimumRate))
    window = perSecond == 0 ? .max : length
    let (bytes, overflow) = perSecond.multipliedReportingOverflow(by: length)
    windowBytes = (overflow ? .max : bytes) / 1_000_000_000
  }

  /// Nanoseconds of waiting until there is something to judge.
  var untilJudged: UInt64 { min(window - min(waited, window), silenceLimit - min(silence, silenceLimit)) }

  /// Notes a receive that waited `nanoseconds` and brought `count` bytes.
  mutating func note(waited nanoseconds: UInt64, received count: Int) {
    waited = waited.addingReportingOverflow(nanoseconds).partialValue
    received += UInt64(count)
    silence = count > 0 ? 0 : silence.addingReportingOverflow(nanoseconds).partialValue
  }

  /// The verdict on what has been noted; begins a new window when one is over.
  mutating func judge() -> Verdict {
    if silence >= silenceLimit { return .silent }
    guard waited >= window else { return .fine }
    defer {
      waited = 0
      received = 0
    }
    return received >= windowBytes ? .fine : .slow
  }
}
