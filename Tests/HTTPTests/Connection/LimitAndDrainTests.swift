import Ring
import Testing

@testable import HTTP

@Suite struct LimitAndDrainTests {
  static let keepAlive = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test(arguments: ServingTests.backends)
  func oneConnectionTooManyIsTold(backend: IOBackend) async throws {
    var configuration = testConfiguration
    configuration.limits.connections = 2
    try await withServer(backend, configuration) { server in
      async let first = server.converse([.send(Self.keepAlive)], patience: .seconds(2))
      async let second = server.converse([.send(Self.keepAlive)], patience: .seconds(2))
      #expect(await server.eventually { server.server.connectionCount == 2 })
      let third = await server.exchange(Self.keepAlive)
      #expect(third.statuses == [503])
      #expect(third.wasClosed)
      #expect(server.metrics.total { $0.refused } == 1)
      #expect(server.metrics.total(of: .tooManyConnections) == 1)
      await server.server.drain(timeout: .seconds(1))
      #expect(await first.statuses == [200])
      #expect(await second.statuses == [200])
    }
  }

  @Test(arguments: ServingTests.backends)
  func pastTheRefusalsConnectionsAreJustClosed(backend: IOBackend) async throws {
    var configuration = testConfiguration
    configuration.limits.connections = 0
    configuration.limits.refusals = 0
    try await withServer(backend, configuration) { server in
      let transcript = await server.exchange(Self.keepAlive)
      #expect(transcript.wasClosed && transcript.replies.isEmpty)
      #expect(server.metrics.total { $0.refused } == 1)
      #expect(server.metrics.total { $0.requests } == 0)
    }
  }

  @Test(arguments: ServingTests.backends)
  func drainClosesIdleConnectionsAndLetsBusyOnesFinish(backend: IOBackend) async throws {
    try await withServer(backend, rings: 2) { server in
      async let idle = server.converse([.send(Self.keepAlive)])
      async let busy = server.exchange("GET /sleep/3000 HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(await server.eventually { server.metrics.total { $0.requests } == 2 })
      let start = ContinuousClock.now
      await server.server.drain(timeout: .seconds(120))
      #expect(ContinuousClock.now - start < .seconds(100))
      #expect(server.server.connectionCount == 0)
      #expect(await idle.wasClosed)
      let reply = try #require(await busy.replies.first)
      #expect(reply.body == "slept")
      #expect(reply.fields["connection"] == "close")
      // Nobody listens any more.
      #expect(await server.exchange(Self.keepAlive).bytes.isEmpty)
    }
  }

  @Test(arguments: ServingTests.backends)
  func drainCutsWhatDoesNotFinish(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      async let stuck = server.exchange("PUT /count HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n")
      #expect(await server.eventually { server.metrics.total { $0.requests } == 1 })
      await server.server.drain(timeout: .milliseconds(100))
      let transcript = await stuck
      #expect(transcript.wasClosed)
      #expect(transcript.replies.isEmpty)
    }
  }

  @Test(arguments: ServingTests.backends)
  func idleConnectionsHoldNoBuffer(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      async let idle = server.converse([.send(Self.keepAlive), .awaitReplies(1)])
      async let fresh = server.converse([])
      #expect(await server.eventually { server.metrics.openConnections == 2 })
      #expect(await server.eventually { server.metrics.total { $0.requests } == 1 })
      #expect(await server.eventually { server.rings.rings[0].statistics.buffersOutstanding.current == 0 })
      await server.server.drain(timeout: .seconds(1))
      _ = await (idle, fresh)
    }
  }
}
