import Ring
import Testing

@testable import HTTP

/// What a server does when its memory budget is used up.
@Suite struct MemoryTests {
  static let hello = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"
  /// One connection and its request, and some more.
  static let one = MemoryCost.connection + MemoryCost.request

  @Test(arguments: ServingTests.backends)
  func aRequestTooManyIsRefusedAndItsConnectionStays(backend: IOBackend) async throws {
    let memory = MemoryBudget(limit: Self.one + MemoryCost.connection + MemoryCost.request / 2)
    try await withServer(backend, memory: memory) { server in
      async let busy = server.exchange("GET /sleep/400 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      #expect(await server.eventually { memory.used >= Self.one })
      let refused = await server.converse([
        .send("PUT /count HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"), .awaitReplies(1),
        .pause(milliseconds: 600),
        .send("GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
      ])
      #expect(refused.statuses == [503, 200])
      #expect(refused.replies.first?.fields["connection"] == nil)
      #expect(await busy.statuses == [200])
      #expect(memory.refused(.request) == 1)
    }
  }

  /// The rest of a refused body is waited for without a buffer, and dropped.
  @Test(arguments: ServingTests.backends)
  func theBodyOfARefusedRequestIsDropped(backend: IOBackend) async throws {
    let memory = MemoryBudget(limit: MemoryCost.connection + MemoryCost.request / 2)
    try await withServer(backend, memory: memory) { server in
      async let transcript = server.converse(
        [
          .send("PUT /count HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"),
          .awaitReplies(1),
          .pause(milliseconds: 1_000), .send("lo\r\n0\r\n\r\n"), .send(Self.hello), .awaitReplies(2),
        ], patience: .seconds(5))
      #expect(await server.eventually { memory.refused(.request) == 1 })
      // The head's own buffer goes once the refusal is sent.
      #expect(
        await server.eventually {
          server.rings.rings[0].statistics.buffersOutstanding.current == 0 && memory.refused(.request) == 1
        })
      #expect(await transcript.statuses == [503, 503])
      #expect(memory.refused(.request) == 2)
    }
  }

  /// Requests that were sent ahead are dropped with it: keeping them would take memory.
  @Test(arguments: ServingTests.backends)
  func aRefusalEndsAPipeline(backend: IOBackend) async throws {
    let memory = MemoryBudget(limit: MemoryCost.connection + MemoryCost.request / 2)
    try await withServer(backend, memory: memory) { server in
      let transcript = await server.exchange(Self.hello + Self.hello + Self.hello)
      #expect(transcript.statuses == [503] && transcript.wasClosed)
    }
  }

  @Test(arguments: ServingTests.backends)
  func aConnectionTooManyIsTold(backend: IOBackend) async throws {
    // Three eighths are for connections: room for one.
    let memory = MemoryBudget(limit: 3 * MemoryCost.connection)
    try await withServer(backend, memory: memory) { server in
      async let first = server.converse([], patience: .seconds(2))
      #expect(await server.eventually { memory.used == MemoryCost.connection })
      let second = await server.exchange(Self.hello)
      #expect(second.statuses == [503] && second.wasClosed)
      #expect(server.metrics.total(of: .overMemory) == 1 && memory.refused(.connection) == 1)
      await server.server.drain(timeout: .seconds(1))
      #expect(await first.wasClosed)
    }
  }

  @Test(arguments: ServingTests.backends)
  func headsInPiecesAreCounted(backend: IOBackend) async throws {
    let memory = MemoryBudget(limit: (MemoryCost.connection + 4_096) / 3 * 8)
    try await withServer(backend, memory: memory) { server in
      let start = "GET / HTTP/1.1\r\nHost: h\r\nX: "
      async let small = server.converse([.send(start)], patience: .seconds(2))
      #expect(await server.eventually { memory.used > MemoryCost.connection })
      await server.server.drain(timeout: .milliseconds(10))
      _ = await small
      // The client may see the end of its connection before the server is done with it.
      #expect(await server.eventually { memory.used == 0 })
    }
    try await withServer(backend, memory: memory) { server in
      let transcript = await server.exchange(
        "GET / HTTP/1.1\r\nHost: h\r\nX: " + String(repeating: "x", count: 8_000))
      #expect(transcript.statuses == [503] && transcript.wasClosed)
      #expect(server.metrics.total(of: .overMemory) == 1)
    }
  }
}
