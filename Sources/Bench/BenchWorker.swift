import Primitives
import Ring
import Synchronization

/// What the connections of one ring have measured.
struct BenchTally {
  var latency = LatencyHistogram()
  var requests = 0
  var errors = 0
  var bytes = 0
  var keys = 0
  var firstError: String?
}

/// What all connections share: the end of the run and a count for the progress line.
final class BenchControl: Sendable {
  let isOver = Atomic<Bool>(false)
  let done = Atomic<Int>(0)
  let errors = Atomic<Int>(0)
  /// Numbers the requests, so that keys are spread over connections.
  let next = Atomic<Int>(0)
  /// The number of requests after which the run ends.
  let last: Int

  init(last: Int?) { self.last = last ?? .max }
}

/// One connection's loop.
@safe struct BenchWorker {
  let options: BenchOptions
  let control: BenchControl
  let reads: RequestSet?
  let writes: RequestSet?
  /// When the run began, and this connection's place among all, for a steady rate.
  let start: Instant
  let place: Int
  /// Memory for a head that is signed on the way.
  let scratch = UnsafeMutableRawBufferPointer.allocate(
    byteCount: RequestSet.headBytesMax, alignment: 16)

  /// Runs until the control says so; a broken connection is an error and is made anew.
  func run(_ tally: inout BenchTally) async {
    var socket: Socket?
    var turn = 0
    while !control.isOver.load(ordering: .relaxed) {
      let number = control.next.wrappingAdd(1, ordering: .relaxed).oldValue
      if number >= control.last { break }
      var due = Instant.now()
      if let rate = options.rate {
        let seconds = (Double(turn) * Double(options.connections) + Double(place)) / rate
        due = start.advanced(by: .seconds(seconds))
        if due > Instant.now() { await Ring.current.sleep(until: due) }
        if control.isOver.load(ordering: .relaxed) { break }
      }
      turn += 1
      do {
        let open = try await connection(&socket)
        let response = try await exchange(number, on: open)
        record(response, of: number, since: due, &tally)
        if !response.keepsConnection {
          open.close()
          socket = nil
        }
      } catch {
        fail("\(error)", &tally)
        socket?.close()
        socket = nil
      }
    }
    socket?.close()
    unsafe scratch.deallocate()
  }

  private func connection(_ socket: inout Socket?) async throws -> Socket {
    if let socket { return socket }
    let fresh = try await Socket.connect(
      host: options.host, port: options.port, deadline: Instant.now().advanced(by: .seconds(10)))
    socket = fresh
    return fresh
  }

  private func isWrite(_ number: Int) -> Bool {
    switch options.mode {
    case .put: true
    case .mixed: number % 100 < options.putShare
    case .get, .list: false
    }
  }

  private func exchange(_ number: Int, on socket: Socket) async throws -> ResponseReader.Response {
    guard let requests = isWrite(number) ? writes : reads else { throw BenchError("no requests to send") }
    socket.deadline = Instant.now().advanced(by: .seconds(60))
    // SAFETY: the set holds its memory until the run has ended, the scratch memory is this connection's.
    let head = unsafe requests.head(number, scratch: scratch)
    try await unsafe socket.send(head, UnsafeRawBufferPointer(requests.body), more: false)
    var reader = ResponseReader()
    while true {
      guard let buffer = try await socket.receive() else {
        throw BenchError("the server closed the connection")
      }
      defer { buffer.release() }
      // SAFETY: the buffer's bytes live until it is released at the end of this turn.
      if let response = try unsafe reader.consume(buffer.bytes).response { return response }
    }
  }

  private func record(
    _ response: ResponseReader.Response, of number: Int, since due: Instant, _ tally: inout BenchTally
  ) {
    let now = Instant.now()
    guard (200..<300).contains(response.status) else {
      return fail(
        "status \(response.status): \(String(decoding: response.excerpt.prefix(300), as: Unicode.UTF8.self))",
        &tally)
    }
    tally.latency.record(now.nanoseconds - min(due.nanoseconds, now.nanoseconds))
    tally.requests += 1
    tally.bytes += isWrite(number) ? options.size : response.bodyBytes
    if options.mode == .list { tally.keys += BenchWorker.keyCount(response.excerpt) }
    control.done.wrappingAdd(1, ordering: .relaxed)
  }

  private func fail(_ message: String, _ tally: inout BenchTally) {
    tally.errors += 1
    if tally.firstError == nil { tally.firstError = message }
    control.errors.wrappingAdd(1, ordering: .relaxed)
  }

  /// `<KeyCount>` of a listing's first bytes.
  static func keyCount(_ excerpt: [UInt8]) -> Int {
    guard let range = excerpt.firstRange(of: Array("<KeyCount>".utf8)) else { return 0 }
    let digits = excerpt[range.upperBound...].prefix { (0x30...0x39).contains($0) }
    return Int(String(decoding: digits, as: Unicode.UTF8.self)) ?? 0
  }
}
