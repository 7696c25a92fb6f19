package import HTTP
import Primitives
package import Ring

/// How webhooks are called.
package struct WebhookOptions: Sendable {
  /// How long one call may take.
  package var timeout: Duration = .seconds(10)
  /// Calls before an event is given up.
  package var attempts = 16
  /// From the first call that fails to the second; doubled each time.
  package var firstDelay: Duration = .seconds(1)
  /// What names this server in events: a URI reference.
  package var source = "/weir"

  /// From one call to the next, at most.
  static let longestDelay = Duration.seconds(3_600)

  package init() {}

  /// Milliseconds from a call, the `attempts`th, to the next one. `asked` are seconds that the receiver asks for,
  /// `chance` is from 0 to 1: not all calls to a receiver that is up again come at the same moment.
  func delay(after attempts: Int, asked: UInt64?, chance: Double) -> Int64 {
    let first = firstDelay / .milliseconds(1)
    let longest = Self.longestDelay / .milliseconds(1)
    var delay = min(
      first * Double(sign: .plus, exponent: min(max(0, attempts - 1), 40), significand: 1), longest)
    if let asked { delay = max(delay, min(Double(asked) * 1000, longest)) }
    return Int64(delay * (1 + 0.1 * chance))
  }
}

/// Calls webhooks.
package final class WebhookSender: Sendable {
  /// What came of a call.
  package struct Result: Sendable {
    /// Whether the receiver has taken the event.
    package let isTaken: Bool
    /// Whether it never will: it says that it is gone.
    let isHopeless: Bool
    let retryAfter: UInt64?
    /// What it said, or why there was no answer.
    package let text: String
  }

  let options: WebhookOptions
  private let trust: TLSTrust
  /// Looks names up: a name server that does not answer must not hold up anything else.
  private let names: BlockingPool

  /// - Throws: where its threads cannot be started.
  package init(options: WebhookOptions, trust: TLSTrust) throws(IOError) {
    self.options = options
    self.trust = trust
    names = try BlockingPool(threadCount: 2)
  }

  /// Sends an event. On a ring.
  package func send(
    _ event: Event, to hook: Webhook, cancellation: HTTPPost.Cancellation = HTTPPost.Cancellation()
  ) async -> Result {
    let body = Array(event.cloudEvent(source: options.source).utf8)
    let headers =
      hook.headers(event.idText, body, seconds: Timestamp.now().seconds) + [("User-Agent", "Weir")]
    let post = HTTPPost(hook.url, headers: headers, body: body)
    do throws(HTTPPost.Failure) {
      let answer = try await post.send(
        by: Ring.current.now.advanced(by: options.timeout), trust: trust, names: names,
        cancellation: cancellation)
      return Result(
        isTaken: (200..<300).contains(answer.status), isHopeless: answer.status == 410,
        retryAfter: [429, 503].contains(answer.status) ? answer.retryAfter : nil,
        text: "answered \(answer.status)")
    } catch {
      return Result(isTaken: false, isHopeless: false, retryAfter: nil, text: error.description)
    }
  }
}
