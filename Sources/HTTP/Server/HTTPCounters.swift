/// What one ring of a server has counted. Written on that ring, read anywhere.
package final class HTTPCounters: Sendable {
  /// Connections accepted, the refused ones included.
  package let accepted = Counter()
  /// Connections turned away because there were too many.
  package let refused = Counter()
  /// Times that accepting failed (out of descriptors, say).
  package let acceptFailures = Counter()
  /// Connections closed again; `accepted` less this is what is open.
  package let closed = Counter()
  /// Requests handed to the handler.
  package let requests = Counter()
  /// Bytes received, after decryption.
  package let bytesIn = Counter()
  /// Bytes sent, before encryption.
  package let bytesOut = Counter()
  /// Request bodies whose chunked coding was broken.
  package let malformedBodies = Counter()
  /// Responses given up before their end.
  package let cutResponses = Counter()
  /// Requests the handler returned from without an answer.
  package let unanswered = Counter()
  /// TLS handshakes completed.
  package let handshakes = Counter()
  /// TLS handshakes that failed, those that timed out included.
  package let failedHandshakes = Counter()
  private let problems = RequestProblem.allCases.map { _ in Counter() }
  private let timeouts = TimeoutKind.allCases.map { _ in Counter() }

  package init() {}

  /// Requests refused for this problem.
  package func count(of problem: RequestProblem) -> UInt64 { problems[Self.index(problem)].value }

  /// Timeouts of this kind.
  package func count(of kind: TimeoutKind) -> UInt64 { timeouts[Self.index(kind)].value }

  func note(_ problem: RequestProblem) { problems[Self.index(problem)].add() }

  func note(_ kind: TimeoutKind) { timeouts[Self.index(kind)].add() }

  private static func index(_ problem: RequestProblem) -> Int {
    RequestProblem.allCases.firstIndex(of: problem) ?? 0
  }

  private static func index(_ kind: TimeoutKind) -> Int { TimeoutKind.allCases.firstIndex(of: kind) ?? 0 }
}
