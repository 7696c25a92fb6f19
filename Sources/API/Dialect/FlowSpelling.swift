/// What flow control is called in a dialect.
struct FlowSpelling: Sendable {
  /// The header or parameter by which a client asks for a rate of its connection, bits a second; nil: there is none.
  let trafficLimit: StaticString?
  /// The header that tells for how many milliseconds a request was, or will be, held back; nil: nothing does.
  let delay: StaticString?
  /// What a request beyond its rate is told; nil: what `SlowDown` says by itself.
  let overRate: String?
}
