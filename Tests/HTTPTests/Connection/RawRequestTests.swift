import Ring
import Testing

@testable import HTTP

/// The corpus of raw requests against a server: what each gets, and that nothing is left of any.
@Suite struct RawRequestTests {
  static let corpus =
    RawRequest.refused + RawRequest.accepted + RawRequest.bodies + RawRequest.oversize + RawRequest.truncated
    + RawRequest.slow

  static let configuration: HTTPServerConfiguration = {
    var configuration = testConfiguration
    configuration.timeouts.header = .milliseconds(1500)
    configuration.timeouts.bodyRead = .milliseconds(1500)
    return configuration
  }()

  /// All of them on one server, many at a time, beside a client that must not notice anything.
  @Test(arguments: ServingTests.backends)
  func eachGetsWhatItDeserves(backend: IOBackend) async throws {
    #expect(Self.corpus.count >= 150)
    try await withServer(backend, Self.configuration, rings: 2) { server in
      async let bystander = server.converse(
        (0..<40).flatMap { _ in
          [Step.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"), .pause(milliseconds: 25)]
        } + [.send(RawRequest.ending)])
      await withTaskGroup(of: (RawRequest, Transcript).self) { group in
        for request in Self.corpus {
          group.addTask { (request, await server.converse(request.steps)) }
        }
        for await (request, transcript) in group where !request.isCut {
          #expect(transcript.statuses == request.statuses, "\(request.name)")
          #expect(transcript.wasClosed, "\(request.name)")
          #expect(!transcript.wasReset, "\(request.name)")
          #expect(transcript.replies.allSatisfy { $0.isComplete }, "\(request.name)")
          if request.statuses.last.map({ $0 >= 400 && $0 != 404 }) == true {
            #expect(transcript.replies.last?.fields["connection"] == "close", "\(request.name)")
          }
        }
      }
      #expect(await bystander.statuses == [Int](repeating: 200, count: 41))
      // `withServer` sees that no connection, socket or buffer is left.
    }
  }

  /// Random bytes and random mutations of requests: the server answers or closes, and serves on.
  @Test(arguments: ServingTests.backends, [1, 2] as [UInt64])
  func randomBytesDoNoHarm(backend: IOBackend, seed: UInt64) async throws {
    try await withServer(backend, Self.configuration) { server in
      var random = SeededGenerator(seed: seed)
      var inputs: [[UInt8]] = []
      let seeds = (RawRequest.accepted + RawRequest.bodies).compactMap { request in
        if case .send(let bytes) = request.steps.first { bytes } else { nil }
      }
      for _ in 0..<200 {
        var bytes = seeds.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        inputs.append(bytes)
      }
      await withTaskGroup(of: Transcript.self) { group in
        for bytes in inputs { group.addTask { await server.converse([.send(bytes), .endSending]) } }
        for await transcript in group { #expect(transcript.wasClosed) }
      }
      #expect(await server.exchange(RawRequest.ending).statuses == [200])
    }
  }
}
