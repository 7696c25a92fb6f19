import Ring
import Testing

@testable import HTTP

/// The client, against our own server.
@Suite struct HTTPPostTests {
  /// A call and what ends it, on the same ring.
  private final class Call: @unchecked Sendable {
    let cancellation = HTTPPost.Cancellation()
  }

  private static func post(
    _ url: String, body: Int = 10, timeout: Duration = .seconds(10), trust: TLSTrust,
    on server: RunningServer,
    cancelAfter: Duration? = nil
  ) async -> Result<HTTPPost.Answer, HTTPPost.Failure> {
    await server.clients.rings[0].run {
      let call = Call()
      if let cancelAfter {
        Ring.current.spawn {
          await Ring.current.sleep(for: cancelAfter)
          call.cancellation.cancel()
        }
      }
      do throws(HTTPPost.Failure) {
        guard let names = try? BlockingPool(threadCount: 1), let target = try? HTTPURL(url) else {
          throw HTTPPost.Failure(description: "cannot begin")
        }
        defer { names.shutdown() }
        let post = HTTPPost(target, headers: [("X-Test", "1")], body: [UInt8](repeating: 0x61, count: body))
        return .success(
          try await post.send(
            by: Ring.current.now.advanced(by: timeout), trust: trust, names: names,
            cancellation: call.cancellation))
      } catch { return .failure(error) }
    }
  }

  private static func status(_ result: Result<HTTPPost.Answer, HTTPPost.Failure>) -> Int? {
    if case .success(let answer) = result { answer.status } else { nil }
  }

  private static func failure(_ result: Result<HTTPPost.Answer, HTTPPost.Failure>) -> String? {
    if case .failure(let failure) = result { failure.description } else { nil }
  }

  @Test(arguments: ServingTests.backends)
  func bodiesAreSentAndAnswersRead(backend: IOBackend) async throws {
    let trust = try TLSTrust()
    try await withServer(backend) { server in
      let base = "http://127.0.0.1:\(server.port)"
      for (path, body, status) in [
        ("/echo", 10, 200), ("/status/204", 0, 204), ("/status/500", 10, 500), ("/echo", 300_000, 200),
        ("/collect/100", 101, 413),
      ] {
        #expect(Self.status(await Self.post(base + path, body: body, trust: trust, on: server)) == status)
      }
      // By name.
      #expect(
        Self.status(await Self.post("http://localhost:\(server.port)/echo", trust: trust, on: server)) == 200)
    }
  }

  @Test(arguments: ServingTests.backends)
  func aServerProvesWhoItIs(backend: IOBackend) async throws {
    let certificate = try TestCertificate(name: "localhost")
    let context = try TLSContext(certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
    let trust = try TLSTrust(certificateFile: certificate.certificateFile)
    let system = try TLSTrust()
    try await withServer(backend, tls: context) { server in
      let named = "https://localhost:\(server.port)/echo"
      #expect(Self.status(await Self.post(named, body: 300_000, trust: trust, on: server)) == 200)
      // Nobody vouches for it; it is somebody else; it speaks no TLS; the other way round.
      #expect(Self.failure(await Self.post(named, trust: system, on: server)) != nil)
      let numeric = "https://127.0.0.1:\(server.port)/echo"
      #expect(Self.failure(await Self.post(numeric, trust: trust, on: server)) != nil)
      #expect(
        Self.status(await Self.post("http://localhost:\(server.port)/echo", trust: trust, on: server)) != 200)
    }
    try await withServer(backend) { server in
      #expect(
        Self.failure(await Self.post("https://localhost:\(server.port)/", trust: trust, on: server)) != nil)
    }
  }

  @Test(arguments: ServingTests.backends)
  func aCallEnds(backend: IOBackend) async throws {
    let trust = try TLSTrust()
    try await withServer(backend) { server in
      // It would answer 200 in the end.
      let slow = "http://127.0.0.1:\(server.port)/sleep/3000"
      let late = await Self.post(slow, timeout: .milliseconds(200), trust: trust, on: server)
      #expect(Self.failure(late) != nil)
      let ended = await Self.post(slow, trust: trust, on: server, cancelAfter: .milliseconds(200))
      #expect(Self.failure(ended) != nil)
      // Nothing listens; nothing has that name.
      #expect(Self.failure(await Self.post("http://127.0.0.1:1/", trust: trust, on: server)) != nil)
      #expect(Self.failure(await Self.post("http://nothing.invalid/", trust: trust, on: server)) != nil)
    }
  }
}
