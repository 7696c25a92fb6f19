import Ring
import Testing

@testable import HTTP

@Suite struct TimeoutTests {
  /// Every timeout long, but for what a test sets.
  static func configuration(
    _ change: (inout HTTPServerConfiguration) -> Void
  ) -> HTTPServerConfiguration {
    var configuration = testConfiguration
    change(&configuration)
    return configuration
  }

  static let brief = Duration.milliseconds(200)

  @Test(arguments: ServingTests.backends)
  func anIdleConnectionIsClosed(backend: IOBackend) async throws {
    try await withServer(backend, Self.configuration { $0.timeouts.idle = Self.brief }) { server in
      let silent = await server.converse([])
      #expect(silent.wasClosed && silent.bytes.isEmpty)
      let once = await server.exchange("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(once.wasClosed && once.statuses == [200])
      let afterEmptyLine = await server.exchange("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n\r\n")
      #expect(afterEmptyLine.wasClosed && afterEmptyLine.statuses == [200])
      #expect(server.metrics.total(of: .idle) == 3)
    }
  }

  @Test(arguments: ServingTests.backends)
  func aHeadThatDoesNotEndIsAnswered408(backend: IOBackend) async throws {
    try await withServer(backend, Self.configuration { $0.timeouts.header = Self.brief }) { server in
      // A byte now and then does not help: the time runs from the first.
      var steps: [Step] = [.send("GET /hello HTTP/1.1\r\nHost: h\r\n")]
      for _ in 0..<5 { steps += [.pause(milliseconds: 100), .send("A: b\r\n")] }
      let transcript = await server.converse(steps)
      #expect(transcript.statuses == [408])
      #expect(transcript.wasClosed)
      #expect(server.metrics.total(of: .header) == 1)
      #expect(server.metrics.total(of: .headTimeout) == 1)
    }
  }

  @Test(arguments: ServingTests.backends)
  func aSilentBodyTimesOut(backend: IOBackend) async throws {
    try await withServer(backend, Self.configuration { $0.timeouts.bodyRead = Self.brief }) { server in
      for framing in ["Content-Length: 5\r\n\r\nhe", "Transfer-Encoding: chunked\r\n\r\n5\r\nhe"] {
        let transcript = await server.exchange("PUT /count HTTP/1.1\r\nHost: h\r\n\(framing)")
        #expect(transcript.statuses == [408])
        #expect(transcript.replies.first?.body == "2")
        #expect(transcript.replies.first?.fields["connection"] == "close")
        #expect(transcript.wasClosed)
      }
      #expect(server.metrics.total(of: .bodyRead) == 2)
    }
  }

  @Test(arguments: ServingTests.backends)
  func aTricklingBodyIsTooSlow(backend: IOBackend) async throws {
    let configuration = Self.configuration {
      $0.timeouts.minimumRate = 1000
      $0.timeouts.rateWindow = .milliseconds(400)
    }
    try await withServer(backend, configuration) { server in
      for framing in ["Content-Length: 500\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1f4\r\n"] {
        var steps: [Step] = [.send("PUT /count HTTP/1.1\r\nHost: h\r\n\(framing)")]
        for _ in 0..<10 { steps += [.pause(milliseconds: 80), .send("0123456789")] }
        let transcript = await server.converse(steps)
        #expect(transcript.statuses == [408])
      }
      #expect(server.metrics.total(of: .receiveRate) == 2)
    }
  }

  @Test(arguments: ServingTests.backends)
  func aClientThatDoesNotReadIsCut(backend: IOBackend) async throws {
    let configuration = Self.configuration {
      $0.timeouts.send = Self.brief
      $0.timeouts.minimumRate = 1 << 30
    }
    try await withServer(backend, configuration) { server in
      let transcript = await server.converse([
        .send("GET /bytes/50000000 HTTP/1.1\r\nHost: h\r\n\r\n"), .pause(milliseconds: 1000),
      ])
      #expect(transcript.replies.allSatisfy { !$0.isComplete })
      #expect(server.metrics.total(of: .send) == 1)
      #expect(server.metrics.total { $0.cutResponses } == 1)
    }
  }

  @Test(arguments: ServingTests.backends)
  func lingeringEnds(backend: IOBackend) async throws {
    try await withServer(backend, Self.configuration { $0.timeouts.linger = Self.brief }) { server in
      // The client reads the answer but neither closes nor stops sending for a while.
      var steps: [Step] = [.send("BAD\r\n"), .awaitReplies(1)]
      for _ in 0..<8 { steps += [.pause(milliseconds: 100), .send("more")] }
      let transcript = await server.converse(steps)
      #expect(transcript.statuses == [400])
      #expect(await server.eventually { server.metrics.openConnections == 0 })
      #expect(server.metrics.total(of: .linger) == 1)
    }
  }
}
