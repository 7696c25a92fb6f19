import HTTP
import Ring
import Testing

/// Answers by path, so that a test says in its request what the handler shall do.
final class TestHandler: HTTPHandler {
  func handle(
    _ request: RequestHead, _ body: RequestBody, _ connection: ConnectionInfo,
    _ response: consuming ResponseWriter
  ) async {
    do {
      guard body.isAdmitted else { return try await response.send(ResponseHead(status: 503)) }
      try await answer(request, body, connection, response)
    } catch {
      // The client is gone; the connection notices by itself.
    }
  }

  private func answer(
    _ request: RequestHead, _ body: RequestBody, _ connection: ConnectionInfo,
    _ response: consuming ResponseWriter
  ) async throws(IOError) {
    let parts = text(request.path).split(separator: "/").map(String.init)
    let count = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    switch parts.first {
    case "hello": try await response.send(ResponseHead(status: 200), Array("hello".utf8))
    case "status": try await response.send(ResponseHead(status: count), Array("body".utf8))
    case "echo": try await echo(body, response)
    case "count": try await countBytes(body, response)
    case "collect": try await collect(body, limit: count, response)
    case "ignore": try await response.send(ResponseHead(status: 200), Array("ignored".utf8))
    case "late": try await late(body, response)
    case "silent": return
    case "bytes": try await stream(count, declared: count, response)
    case "chunks": try await stream(count, declared: nil, response)
    case "short": try await stream(count, declared: count + 5, response)
    case "long": try await stream(count, declared: count - 5, response)
    case "unfinished": try await stream(count, declared: count, finishes: false, response)
    case "abort": try await abort(response)
    case "dropped": try await drop(response)
    case "sleep":
      await Ring.current.sleep(for: .milliseconds(count))
      try await response.send(ResponseHead(status: 200), Array("slept".utf8))
    case "length":
      var head = ResponseHead(status: 200)
      head.contentLength = UInt64(count)
      try await response.send(head)
    case "who":
      let info = connection.tls.map { "\($0.version) \($0.serverName ?? "-")" } ?? "plain"
      try await response.send(ResponseHead(status: 200), Array("\(connection.listenerName) \(info)".utf8))
    default: try await response.send(ResponseHead(status: 404), Array("not here".utf8))
    }
  }

  /// The status for a body that could not be read.
  static func status(_ error: BodyReadError) -> Int {
    switch error {
    case .malformed, .disconnected: 400
    case .timedOut, .tooSlow: 408
    case .tooLarge: 413
    }
  }

  private func echo(_ body: RequestBody, _ response: consuming ResponseWriter) async throws(IOError) {
    let result: Result<[UInt8], BodyReadError>
    do throws(BodyReadError) {
      result = .success(try await body.collect(limit: 1 << 20))
    } catch {
      result = .failure(error)
    }
    switch result {
    case .success(let bytes): try await response.send(ResponseHead(status: 200), bytes)
    case .failure(let error):
      try await response.send(ResponseHead(status: Self.status(error)), Array("\(error)".utf8))
    }
  }

  private func collect(
    _ body: RequestBody, limit: Int, _ response: consuming ResponseWriter
  ) async throws(IOError) {
    var status = 200
    do throws(BodyReadError) {
      _ = try await body.collect(limit: limit)
    } catch {
      status = Self.status(error)
    }
    try await response.send(ResponseHead(status: status))
  }

  private func countBytes(_ body: RequestBody, _ response: consuming ResponseWriter) async throws(IOError) {
    let buffer = Ring.current.buffers.take(.data)
    defer { buffer.release() }
    var status = 200
    do throws(BodyReadError) {
      while try await unsafe body.read(into: buffer.memory) > 0 {}
    } catch {
      status = Self.status(error)
    }
    try await response.send(ResponseHead(status: status), Array("\(body.bytesRead)".utf8))
  }

  /// Answers before it reads the body, and reads it all the same.
  private func late(_ body: RequestBody, _ response: consuming ResponseWriter) async throws(IOError) {
    var head = ResponseHead(status: 200)
    head.contentLength = 4
    var writer = try await response.start(head)
    _ = try? await body.collect(limit: 1 << 20)
    try await write(Array("late".utf8), to: &writer)
    try await writer.finish()
  }

  private func stream(
    _ count: Int, declared: Int?, finishes: Bool = true, _ response: consuming ResponseWriter
  ) async throws(IOError) {
    var head = ResponseHead(status: 200)
    head.contentLength = declared.map { UInt64($0) }
    var writer = try await response.start(head)
    var rest = count
    while rest > 0 {
      let piece = min(rest, 100_000)
      try await write([UInt8](repeating: UInt8(ascii: "x"), count: piece), to: &writer)
      rest -= piece
    }
    if finishes { try await writer.finish() }
  }

  private func abort(_ response: consuming ResponseWriter) async throws(IOError) {
    var writer = try await response.start(ResponseHead(status: 200))
    try await write(Array("part".utf8), to: &writer)
    writer.abort()
  }

  private func drop(_ response: consuming ResponseWriter) async throws(IOError) {
    var writer = try await response.start(ResponseHead(status: 200))
    try await write(Array("part".utf8), to: &writer)
  }

  private func write(_ bytes: [UInt8], to writer: inout ResponseBodyWriter) async throws(IOError) {
    let buffer = Ring.current.buffers.take(.data)
    defer { buffer.release() }
    unsafe buffer.memory.copyBytes(from: bytes)
    buffer.count = bytes.count
    try await unsafe writer.write(buffer.bytes)
  }
}
