import COpenSSL
import Ring
import Synchronization
import Testing

@testable import HTTP

@Suite struct TLSTests {
  static let who = "GET /who HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

  @Test(arguments: ServingTests.backends, [TLS1_2_VERSION, TLS1_3_VERSION])
  func requestsAreServedOverTLS(backend: IOBackend, version: Int32) async throws {
    let certificate = try TestCertificate(name: "one")
    let context = try TLSContext(
      certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
    try await withServer(backend, tls: context) { server in
      let client = TLSClient(
        serverName: "a.example", protocols: ["h2", "http/1.1"], maximumVersion: version)
      let session = await server.exchange(Self.who, over: client)
      let name = version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3"
      #expect(session.certificate == "one")
      #expect(session.version == name)
      #expect(session.chosenProtocol == "http/1.1")
      #expect(session.transcript.replies.map(\.body) == ["test \(name) a.example"])
      #expect(session.transcript.wasClosed && !session.transcript.wasReset)
      #expect(server.metrics.total { $0.handshakes } == 1)
    }
  }

  @Test(arguments: ServingTests.backends)
  func largeBodiesGoBothWaysOverTLS(backend: IOBackend) async throws {
    let certificate = try TestCertificate(name: "one")
    let context = try TLSContext(
      certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
    try await withServer(backend, tls: context) { server in
      let body = String(repeating: "b", count: 1_000_000)
      for path in ["echo", "count"] {
        let session = await server.exchange(
          "PUT /\(path) HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n\(body)",
          over: TLSClient())
        let reply = try #require(session.transcript.replies.first)
        #expect(reply.isComplete)
        #expect(reply.body == (path == "echo" ? body : "1000000"))
      }
      let chunks = await server.exchange(
        "GET /chunks/777777 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", over: TLSClient())
      #expect(chunks.transcript.replies.map(\.body.utf8.count) == [777_777])
    }
  }

  @Test func theCertificateIsChosenByName() async throws {
    let certificates = try ["standard", "exact", "wild"].map { try TestCertificate(name: $0) }
    func files(_ index: Int) -> TLSCertificateFiles {
      TLSCertificateFiles(
        certificateFile: certificates[index].certificateFile, keyFile: certificates[index].keyFile)
    }
    let context = try TLSContext(
      certificateFile: files(0).certificateFile, keyFile: files(0).keyFile,
      named: ["s3.Example.com": files(1), "*.s3.example.com": files(2)])
    try await withServer(.poll, tls: context) { server in
      let cases: [(String?, String)] = [
        (nil, "standard"), ("other", "standard"), ("S3.example.COM", "exact"),
        ("bucket.s3.example.com", "wild"), ("a.b.s3.example.com", "standard"),
      ]
      for (name, expected) in cases {
        let session = await server.exchange(Self.who, over: TLSClient(serverName: name))
        #expect(session.certificate == expected)
      }
    }
  }

  @Test func aClientThatOffersOnlyOtherProtocolsIsRefused() async throws {
    let certificate = try TestCertificate(name: "one")
    let context = try TLSContext(
      certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
    try await withServer(.poll, tls: context) { server in
      let session = await server.exchange(Self.who, over: TLSClient(protocols: ["h2"]))
      #expect(session.certificate == nil)
      // The client hears of it before it is counted.
      #expect(await server.eventually { server.metrics.total { $0.failedHandshakes } == 1 })
    }
  }

  @Test(arguments: ServingTests.backends)
  func changedFilesAreLoadedAndBadOnesAreNot(backend: IOBackend) async throws {
    let certificate = try TestCertificate(name: "first")
    let lines = Mutex<[String]>([])
    let context = try TLSContext(
      certificateFile: certificate.certificateFile, keyFile: certificate.keyFile, checkInterval: .zero
    ) { line in lines.withLock { $0.append(line) } }
    try await withServer(backend, tls: context) { server in
      #expect(await server.exchange(Self.who, over: TLSClient()).certificate == "first")
      #expect(lines.withLock { $0.isEmpty })
      try certificate.write(name: "second")
      #expect(await server.exchange(Self.who, over: TLSClient()).certificate == "second")
      #expect(lines.withLock { $0.count } == 1)
      try certificate.spoil()
      #expect(await server.exchange(Self.who, over: TLSClient()).certificate == "second")
      #expect(await server.exchange(Self.who, over: TLSClient()).certificate == "second")
      #expect(lines.withLock { $0.count } == 2)
      #expect(lines.withLock { $0.last?.contains(certificate.certificateFile) } == true)
      try certificate.write(name: "third")
      #expect(await server.exchange(Self.who, over: TLSClient()).certificate == "third")
    }
  }

  @Test func filesThatDoNotLoadAreNamed() throws {
    let certificate = try TestCertificate(name: "one")
    let other = try TestCertificate(name: "two")
    let missing = #expect(throws: TLSError.self) {
      try TLSContext(certificateFile: "/nowhere", keyFile: certificate.keyFile)
    }
    #expect(missing?.file == "/nowhere")
    let mismatch = #expect(throws: TLSError.self) {
      try TLSContext(certificateFile: certificate.certificateFile, keyFile: other.keyFile)
    }
    #expect(mismatch?.file == other.keyFile)
  }

  @Test(arguments: ServingTests.backends)
  func whatIsNotTLSFailsTheHandshake(backend: IOBackend) async throws {
    let certificate = try TestCertificate(name: "one")
    let context = try TLSContext(
      certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
    var configuration = testConfiguration
    configuration.timeouts.handshake = .milliseconds(300)
    try await withServer(backend, configuration, tls: context) { server in
      let plain = await server.exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(plain.wasClosed && plain.replies.isEmpty)
      let garbage = await server.converse([.send([UInt8](repeating: 0xFF, count: 100))])
      #expect(garbage.wasClosed)
      let truncated = await server.converse([.send([0x16, 3, 1, 2, 0, 1, 0]), .endSending])
      #expect(truncated.wasClosed)
      let silent = await server.converse([])
      #expect(silent.wasClosed)
      #expect(server.metrics.total(of: .handshake) == 1)
      #expect(server.metrics.total { $0.failedHandshakes } == 4)
      #expect(await server.exchange(Self.who, over: TLSClient()).certificate == "one")
    }
  }
}
