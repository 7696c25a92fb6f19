/// What answers requests. One call a request, on the ring of its connection; the calls of one connection follow
/// one another.
package protocol HTTPHandler: AnyObject, Sendable {
  /// Answers a request by consuming `response`. To return without an answer makes a 500 and closes the connection.
  /// `body` may be left unread. Nothing of the four may be kept after returning.
  func handle(
    _ request: RequestHead, _ body: RequestBody, _ connection: ConnectionInfo,
    _ response: consuming ResponseWriter
  ) async

  /// The answer to a request that was refused before it became one, so that error bodies look alike. Its status
  /// should be `problem.status`. The connection closes after it.
  func rejected(_ problem: RequestProblem, _ connection: ConnectionInfo) -> (ResponseHead, [UInt8])
}

extension HTTPHandler {
  /// A line of plain text with the reason word.
  package func rejected(
    _ problem: RequestProblem, _ connection: ConnectionInfo
  ) -> (ResponseHead, [UInt8]) {
    var head = ResponseHead(status: problem.status)
    head.add("Content-Type", "text/plain")
    return (head, Array("\(problem.reason)\n".utf8))
  }
}
