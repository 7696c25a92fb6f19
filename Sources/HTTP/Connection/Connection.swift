import Ring

/// One client connection from accept to close: a single task of straight-line code on one ring.
///
/// Its files: this one has the state and the loop; `+Input` receives, `+Output` sends, `+Close` ends it.
/// Between requests it holds neither buffer nor timer of its own: the socket gives a buffer when bytes are there.
final class Connection {
  let transport: Transport
  let shard: ServerShard
  let ring: Ring
  let counters: HTTPCounters
  let info: ConnectionInfo
  /// What this connection may hold.
  let memory: MemoryClaim
  /// Bytes of it that are claimed for as long as it is open.
  private let restingBytes: Int
  /// Bytes received and not consumed begin at `inputOffset` of it. Nil when there are none.
  var input: Buffer?
  var inputOffset = 0
  /// The request being answered.
  var exchange = Exchange()
  /// The minimum rate of the body being received.
  var rateFloor: RateFloor
  /// Where in `shard.connections` this one is.
  var slot = 0
  /// Set while waiting for the first byte of a request: such a connection may be closed at any time.
  var isIdle = false
  /// Set by a drain that ran out of time: every further operation fails.
  var isCut = false
  private var parser: RequestHeadParser

  var limits: HTTPLimits { shard.configuration.limits }
  var waits: Waits { shard.waits }

  init(_ transport: Transport, _ info: ConnectionInfo, _ shard: ServerShard, _ memory: MemoryClaim) {
    self.transport = transport
    self.info = info
    self.memory = memory
    restingBytes = memory.bytes
    self.shard = shard
    ring = shard.ring
    counters = shard.counters
    parser = RequestHeadParser(limits: shard.configuration.limits)
    rateFloor = shard.waits.rateFloor
  }

  /// Serves requests one after another until either side ends the connection, and closes it.
  func serve() async {
    do throws(RequestProblem) {
      while let head = try await nextRequest(), await answer(head) {}
    } catch {
      await refuse(error)
    }
    releaseInput()
    if exchange.progress != .started, exchange.progress != .broken, !isCut {
      setDeadline(ring.now.after(waits.linger))
      await transport.sayGoodbye()
    }
    transport.close()
  }

  /// Hands the request to the handler and settles what it leaves behind. False: the connection ends.
  private func answer(_ head: RequestHead) async -> Bool {
    counters.requests.add()
    if head.framing != .none { rateFloor = waits.rateFloor }
    let isAdmitted = memory.grow(by: MemoryCost.request, for: .request)
    let body = RequestBody(head, self, isAdmitted: isAdmitted)
    exchange = Exchange(head, body)
    if !isAdmitted { dropInput(of: body) }
    await shard.handler.handle(head, body, info, ResponseWriter(self))
    // What is left to do holds nothing while it waits.
    memory.endRequest(keeping: restingBytes)
    exchange.body = nil
    switch exchange.progress {
    case .none:
      counters.unanswered.add()
      await answerForHandler(body)
      return false
    case .started, .broken:
      counters.cutResponses.add()
      return false
    case .finished: break
    }
    if exchange.keepsOpen {
      if body.isComplete { return true }
      if await body.drain() { return true }
    }
    if !body.isComplete || hasInput || exchange.lostInput { await linger() }
    return false
  }

  /// A handler that returned without an answer.
  private func answerForHandler(_ body: RequestBody) async {
    exchange.wantsKeepAlive = false
    do throws(IOError) {
      try await respond(ResponseHead(status: 500), [])
      if !body.isComplete || hasInput { await linger() }
    } catch {
      note(error, as: .send)
    }
  }

  /// Waits for the next head; nil when the connection ends. The idle timeout runs until its first byte, the header
  /// timeout from then on.
  private func nextRequest() async throws(RequestProblem) -> RequestHead? {
    var headDeadline: Instant?
    while true {
      if let head = try parseInput() { return head }
      guard mayHoldHead() else { throw .overMemory }
      let waitsIdle = parser.isIdle
      if waitsIdle, shard.isDraining { return nil }
      if !waitsIdle, headDeadline == nil { headDeadline = ring.now.after(waits.header) }
      setDeadline(headDeadline ?? ring.now.after(waits.idle))
      isIdle = waitsIdle
      defer { isIdle = false }
      do throws(IOError) {
        guard try await receiveInput() else { return nil }
      } catch {
        note(error, as: waitsIdle ? .idle : .header)
        if error.isTimeout, !waitsIdle { throw .headTimeout }
        return nil
      }
    }
  }

  /// Claims what the parser keeps of a head that is not complete.
  private func mayHoldHead() -> Bool {
    let missing = restingBytes + parser.pendingBytes - memory.bytes
    return missing <= 0 || memory.grow(by: missing, for: .connection)
  }

  /// Parses what has been received; the head when it is complete.
  private func parseInput() throws(RequestProblem) -> RequestHead? {
    guard let buffer = input else { return nil }
    // SAFETY: the parser keeps no pointer, and the buffer is this connection's until it is released.
    let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer.bytes[inputOffset...])
    let (head, consumed) = try unsafe parser.consume(rest)
    advanceInput(consumed)
    return head
  }
}

/// What has to be known of a request while it is answered.
struct Exchange {
  /// How far the response is.
  enum Progress {
    case none
    case started
    case finished
    /// Given up or failed: nothing more may be sent on this connection.
    case broken
  }

  var progress = Progress.none
  /// Whether bytes of the response may be on their way.
  var hasBegunSending = false
  /// Decided when the response's head is made: whether another request may follow.
  var keepsOpen = false
  /// Whether there is memory for the request. One without is refused at once or not at all.
  var isAdmitted = true
  /// Whether bytes behind the request were dropped, so that the connection has to close.
  var lostInput = false
  var wantsKeepAlive = false
  var isHead = false
  var minorVersion = 1
  var body: RequestBody?

  init() {}

  init(_ head: RequestHead, _ body: RequestBody) {
    wantsKeepAlive = head.wantsKeepAlive
    isHead = head.method == .head
    minorVersion = head.minorVersion
    isAdmitted = body.isAdmitted
    self.body = body
  }
}
