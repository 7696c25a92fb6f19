import Ring
import Testing

@testable import HTTP

/// A server on rings of its own, and a ring for clients.
struct RunningServer: Sendable {
  let server: HTTPServer
  let rings: RingGroup
  let clients: RingGroup
  let port: Int

  var metrics: HTTPMetrics { server.metrics }

  /// Plays the steps on a new connection.
  func converse(_ steps: [Step], patience: Duration = .seconds(10)) async -> Transcript {
    let port = port
    return await clients.rings[0].run { await HTTPTests.converse(steps, port: port, patience: patience) }
  }

  /// Sends text and reads until the server closes.
  func exchange(_ text: String) async -> Transcript { await converse([.send(text)]) }

  /// Waits until a condition holds that the server brings about by itself; false after five seconds.
  func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
    for _ in 0..<1000 {
      if condition() { return true }
      await clients.rings[0].run { await Ring.current.sleep(for: .milliseconds(5)) }
    }
    return condition()
  }
}

/// Short timeouts for tests.
let testConfiguration: HTTPServerConfiguration = {
  var configuration = HTTPServerConfiguration()
  configuration.timeouts.linger = .milliseconds(500)
  return configuration
}()

/// Runs `body` against a server, and then sees that nothing is left of it: no connection, no socket, no buffer, no
/// claim of memory.
func withServer(
  _ backend: IOBackend, _ configuration: HTTPServerConfiguration = testConfiguration, rings count: Int = 1,
  tls: TLSContext? = nil, handler: any HTTPHandler = TestHandler(), memory: MemoryBudget = .unlimited,
  _ body: (RunningServer) async throws -> Void
) async throws {
  let rings = try RingGroup(count: count, backend: backend, blockingThreads: 1)
  let clients = try RingGroup(count: 1, backend: backend, blockingThreads: 1)
  defer {
    clients.shutdown()
    rings.shutdown()
  }
  let server = HTTPServer(configuration: configuration, handler: handler, rings: rings, memory: memory)
  let address = try server.listen(try SocketAddress(parsing: "127.0.0.1:0"), tls: tls, name: "test")
  let running = RunningServer(server: server, rings: rings, clients: clients, port: address.port)
  try await body(running)
  await server.drain(timeout: .seconds(5))
  let isClean = await running.eventually {
    server.connectionCount == 0 && server.metrics.openConnections == 0 && memory.used == 0
      && rings.rings.allSatisfy {
        $0.statistics.sockets.current == 0 && $0.statistics.buffersOutstanding.current == 0
      }
  }
  #expect(
    isClean,
    "connections \(server.metrics.openConnections), \(memory.used) bytes claimed, \(rings.rings.map { $0.statistics.sockets.current }) sockets, \(rings.rings.map { $0.statistics.buffersOutstanding.current }) buffers"
  )
}
