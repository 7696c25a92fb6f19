import Ring
import Testing

@testable import HTTP

@Suite struct ServingTests {
  static let backends: [IOBackend] = [.poll, .uring]

  @Test(arguments: backends)
  func aResponseIsFramedAndDated(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let reply = try #require(
        await server.exchange("GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").replies.first)
      #expect(reply.status == 200)
      #expect(reply.body == "hello")
      #expect(reply.fields["content-length"] == "5")
      #expect(reply.fields["connection"] == "close")
      #expect(reply.fields["server"] == "Weir")
      #expect(reply.fields["date"]?.hasSuffix(" GMT") == true)
      #expect(reply.fields["date"]?.count == 29)
      #expect(server.metrics.total { $0.requests } == 1)
    }
  }

  @Test(arguments: backends)
  func pipelinedRequestsAreAnsweredInOrder(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let requests = (1...20).map {
        "PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: \($0)\r\n\r\n" + String(repeating: "e", count: $0)
      }
      let last = "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
      let replies = await server.exchange(requests.joined() + last).replies
      #expect(replies.map(\.body.utf8.count) == Array(1...20) + [5])
      #expect(replies.allSatisfy { $0.status == 200 })
      #expect(replies.dropLast().allSatisfy { $0.fields["connection"] == nil })
    }
  }

  @Test(arguments: backends, [1, 3, 50])
  func requestsMayArriveInAnyPieces(backend: IOBackend, pieceSize: Int) async throws {
    try await withServer(backend) { server in
      let whole = Array(
        ("PUT /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: x\r\n\r\n"
          + "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").utf8)
      let steps = stride(from: 0, to: whole.count, by: pieceSize).map {
        Step.send(Array(whole[$0..<min($0 + pieceSize, whole.count)]))
      }
      let replies = await server.converse(steps).replies
      #expect(replies.map(\.body) == ["hello", "hello"])
    }
  }

  @Test(arguments: backends)
  func bodiesLargerThanABufferGoBothWays(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let body = [UInt8](repeating: UInt8(ascii: "b"), count: 1_000_000)
      let head = "PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n"
      let reply = try #require(await server.converse([.send(head), .send(body)]).replies.first)
      #expect(reply.isComplete)
      #expect(Array(reply.body.utf8) == body)
      let streamed = try #require(
        await server.exchange("GET /bytes/777777 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").replies
          .first)
      #expect(streamed.isComplete && streamed.body.utf8.count == 777_777)
      let chunked = try #require(
        await server.exchange("GET /chunks/777777 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").replies
          .first)
      #expect(chunked.isComplete && chunked.body.utf8.count == 777_777)
      #expect(chunked.fields["transfer-encoding"] == "chunked")
    }
  }

  @Test(arguments: backends)
  func headRequestsAndBodilessStatuses(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      for path in ["hello", "bytes/100", "length/12345", "status/304", "chunks/10"] {
        let transcript = await server.exchange(
          "HEAD /\(path) HTTP/1.1\r\nHost: h\r\n\r\nHEAD /\(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        )
        let replies = Reply.parse(transcript.bytes, headOnly: [0, 1])
        #expect(replies.count == 2, "\(path)")
        let length = ["hello": "5", "bytes/100": "100", "length/12345": "12345"][path]
        #expect(replies.allSatisfy { $0.fields["content-length"] == length }, "\(path)")
      }
      for status in [204, 304] {
        let replies = await server.exchange(
          "GET /status/\(status) HTTP/1.1\r\nHost: h\r\n\r\nGET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        ).replies
        #expect(replies.map(\.status) == [status, 200])
        #expect(replies.first?.fields["content-length"] == nil)
      }
    }
  }

  @Test(arguments: backends)
  func anOldClientGetsWhatItUnderstands(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let closed = try #require(await server.exchange("GET /chunks/10 HTTP/1.0\r\n\r\n").replies.first)
      #expect(closed.fields["transfer-encoding"] == nil)
      #expect(closed.fields["connection"] == "close")
      #expect(closed.body.utf8.count == 10)
      let kept = await server.exchange(
        "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n"
      ).replies
      #expect(kept.map { $0.fields["connection"] } == ["keep-alive", "close"])
    }
  }

  @Test(arguments: backends, ["short/10", "long/10", "abort", "dropped"])
  func aResponseThatIsNotWholeIsCut(backend: IOBackend, path: String) async throws {
    try await withServer(backend) { server in
      let transcript = await server.exchange(
        "GET /\(path) HTTP/1.1\r\nHost: h\r\n\r\nGET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(transcript.wasClosed)
      #expect(transcript.replies.count <= 1)
      #expect(transcript.replies.allSatisfy { !$0.isComplete })
      #expect(server.metrics.total { $0.cutResponses } == 1)
    }
  }

  @Test(arguments: backends)
  func aResponseWithAllItsBytesIsWhole(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let transcript = await server.exchange(
        "GET /unfinished/10 HTTP/1.1\r\nHost: h\r\n\r\n\(RawRequest.ending)")
      #expect(transcript.replies.map(\.body.utf8.count) == [10, 5])
    }
  }

  @Test(arguments: backends)
  func continueIsSentUntilTheResponseIsOnItsWay(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let transcript = await server.converse([
        .send("PUT /late HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"),
        .awaitReplies(1), .send("hello"),
      ])
      #expect(transcript.statuses == [100, 200])
      #expect(transcript.wasClosed)
    }
  }

  @Test(arguments: backends)
  func aHandlerThatDoesNotAnswerMakesA500(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let transcript = await server.exchange("GET /silent HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(transcript.statuses == [500])
      #expect(transcript.wasClosed)
      #expect(server.metrics.total { $0.unanswered } == 1)
    }
  }

  // MARK: 100 Continue

  @Test(arguments: backends)
  func continueIsSentWhenTheHandlerReads(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let head = "PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
      let transcript = await server.converse([
        .send(head + "\r\n"), .awaitReplies(1), .send("hello"), .awaitReplies(2),
        .send(head + "Connection: close\r\n\r\nworld"),
      ])
      // The second body came with its head, so nobody waits for a word.
      #expect(transcript.statuses == [100, 200, 200])
      #expect(transcript.replies.map(\.body) == ["", "hello", "world"])
    }
  }

  @Test(arguments: backends)
  func continueIsNotSentForABodyNobodyWants(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let transcript = await server.exchange(
        "PUT /ignore HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
      #expect(transcript.statuses == [200])
      #expect(transcript.replies.first?.fields["connection"] == "close")
      #expect(transcript.wasClosed)
    }
  }

  @Test(arguments: backends, ["echo", "count", "collect/10"])
  func continueIsSentForAnEmptyBodyToo(backend: IOBackend, path: String) async throws {
    try await withServer(backend) { server in
      let head = "PUT /\(path) HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n"
      let transcript = await server.converse([
        .send(head), .awaitReplies(2), .send(RawRequest.ending),
      ])
      #expect(transcript.statuses == [100, 200, 200])
      let unread = await server.exchange(head.replacing(path, with: "ignore"))
      #expect(unread.statuses == [200])
      #expect(unread.replies.first?.fields["connection"] == "close")
    }
  }

  // MARK: Bodies left unread

  @Test(arguments: backends)
  func aSmallUnreadBodyIsDroppedAndTheConnectionStays(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let replies = await server.exchange(
        "PUT /ignore HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
          + "PUT /ignore HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
          + "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
      ).replies
      #expect(replies.map(\.body) == ["ignored", "ignored", "hello"])
    }
  }

  @Test(arguments: backends)
  func aLargeUnreadBodyEndsTheConnectionAndTheAnswerArrives(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let transcript = await server.converse([
        .send("PUT /ignore HTTP/1.1\r\nHost: h\r\nContent-Length: 700000\r\n\r\n"),
        .send([UInt8](repeating: 1, count: 700_000)), .endSending,
      ])
      #expect(transcript.replies.map(\.body) == ["ignored"])
      #expect(transcript.replies.first?.fields["connection"] == "close")
      #expect(transcript.wasClosed && !transcript.wasReset)
    }
  }

  @Test(arguments: backends)
  func aBodyMayBeReadAfterTheResponseHasBegun(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let transcript = await server.exchange(
        "PUT /late HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
          + "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      #expect(transcript.replies.map(\.body) == ["late", "hello"])
    }
  }

  @Test(arguments: backends)
  func collectRefusesWhatIsTooLarge(backend: IOBackend) async throws {
    try await withServer(backend) { server in
      let announced = await server.exchange(
        "PUT /collect/4 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
          + "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      #expect(announced.statuses == [413, 200])
      let chunked = await server.exchange(
        "PUT /collect/4 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
          + "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      #expect(chunked.statuses == [413, 200])
    }
  }
}
