import Glibc
import Testing

@testable import Ring

/// The backends every behavioural test runs on.
let backends: [IOBackend] = [.uring, .poll]

/// Starts rings, runs `body` on ring 0 and stops the rings.
func withRings<R: Sendable>(
  _ backend: IOBackend, count: Int = 1, _ body: @Sendable @escaping (RingGroup) async -> R
) async throws -> R {
  let group = try RingGroup(count: count, backend: backend, blockingThreads: 2)
  let result = await group.rings[0].run { await body(group) }
  group.shutdown()
  return result
}

@Suite struct EchoTests {
  @Test(arguments: backends) func echo(_ backend: IOBackend) async throws {
    let outcome = try await withRings(backend) { group -> String in
      do {
        let ring = Ring.current
        let listener = try Listener(address: SocketAddress(parsing: "127.0.0.1:0"), reusePort: true)
        ring.spawn {
          guard let (descriptor, _) = try? await listener.accept() else { return }
          let socket = Socket(descriptor: descriptor)
          while let buffer = try? await socket.receive() {
            try? await unsafe socket.send(buffer.bytes)
            buffer.release()
          }
          socket.close()
        }
        let client = try await Socket.connect(host: "127.0.0.1", port: listener.address.port)
        var text = ""
        for round in 0..<3 {
          let message = Array("hello \(round);".utf8)
          let buffer = ring.buffers.take(.receive)
          unsafe buffer.memory.copyBytes(from: message)
          try await unsafe client.send(UnsafeRawBufferPointer(start: buffer.base, count: message.count))
          buffer.release()
          guard let answer = try await client.receive() else { break }
          text += unsafe String(decoding: answer.bytes, as: UTF8.self)
          answer.release()
        }
        client.close()
        listener.close()
        return text
      } catch {
        return "\(error)"
      }
    }
    #expect(outcome == "hello 0;hello 1;hello 2;")
  }
}
