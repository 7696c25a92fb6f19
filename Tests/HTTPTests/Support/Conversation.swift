import HTTP
import Ring

/// What a client does on one connection.
enum Step: Sendable {
  case send([UInt8])
  /// Waits; for tests of what happens when a client is slow.
  case pause(milliseconds: Int)
  /// Reads until the bytes so far hold this many complete replies.
  case awaitReplies(Int)
  /// Half-closes.
  case endSending
  /// Closes without reading.
  case leave

  static func send(_ text: String) -> Step { .send(Array(text.utf8)) }
}

/// What came of it.
struct Transcript: Sendable {
  var bytes: [UInt8] = []
  /// Whether the server ended the connection.
  var wasClosed = false
  /// Whether it did so by a reset.
  var wasReset = false

  var replies: [Reply] { Reply.parse(bytes) }
  var statuses: [Int] { replies.map(\.status) }
}

/// Plays the steps on a new connection, then reads until the server closes it or `patience` is over. On a ring.
func converse(_ steps: [Step], port: Int, patience: Duration = .seconds(10)) async -> Transcript {
  var transcript = Transcript()
  do throws(IOError) {
    let socket = try await Socket.connect(
      host: "127.0.0.1", port: port, deadline: Instant.now().advanced(by: patience))
    socket.deadline = Instant.now().advanced(by: patience)
    defer { socket.close() }
    for step in steps {
      switch step {
      case .send(let bytes): try await send(bytes, on: socket)
      case .pause(let milliseconds): await Ring.current.sleep(for: .milliseconds(milliseconds))
      case .awaitReplies(let count):
        while transcript.replies.filter(\.isComplete).count < count {
          guard try await receive(into: &transcript, from: socket) else { return transcript }
        }
      case .endSending: socket.shutdownWrite()
      case .leave: return transcript
      }
    }
    while try await receive(into: &transcript, from: socket) {}
  } catch {
    transcript.wasReset = error.isDisconnect
    transcript.wasClosed = error.isDisconnect
  }
  return transcript
}

private func send(_ bytes: [UInt8], on socket: Socket) async throws(IOError) {
  let buffer = Ring.current.buffers.take(.data)
  defer { buffer.release() }
  var rest = bytes[...]
  while !rest.isEmpty {
    let piece = rest.prefix(buffer.capacity)
    rest = rest.dropFirst(piece.count)
    unsafe buffer.memory.copyBytes(from: piece)
    buffer.count = piece.count
    do throws(IOError) {
      try await unsafe socket.send(buffer.bytes)
    } catch  where error.isDisconnect {
      // The server has refused and closed: what it said can still be read.
      return
    }
  }
}

private func receive(into transcript: inout Transcript, from socket: Socket) async throws(IOError) -> Bool {
  guard let buffer = try await socket.receive() else {
    transcript.wasClosed = true
    return false
  }
  unsafe transcript.bytes.append(contentsOf: buffer.bytes)
  buffer.release()
  return true
}
