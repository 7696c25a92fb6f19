import COpenSSL
import Ring

@testable import HTTP

/// How a TLS client of a test connects.
struct TLSClient: Sendable {
  var serverName: String?
  /// Protocols offered by ALPN.
  var protocols: [String] = []
  var maximumVersion = TLS1_3_VERSION

  struct Session: Sendable {
    /// The common name of the server's certificate; nil when the handshake failed.
    var certificate: String?
    var version = ""
    var chosenProtocol: String?
    var transcript = Transcript()
  }

  /// Connects, sends the text, and reads until the server closes. On a ring.
  func exchange(_ text: String, port: Int) async -> Session {
    var session = Session()
    guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { return session }
    defer { unsafe SSL_CTX_free(context) }
    do throws(IOError) {
      let deadline = Instant.now().advanced(by: .seconds(10))
      let socket = try await Socket.connect(host: "127.0.0.1", port: port, deadline: deadline)
      defer { socket.close() }
      socket.deadline = deadline
      guard let stream = unsafe TLSStream(socket, context: context, keeping: nil, ring: .current) else {
        return session
      }
      defer { stream.close() }
      unsafe stream.withSSL { ssl in unsafe prepare(ssl) }
      try await stream.handshake()
      unsafe stream.withSSL { ssl in unsafe describe(ssl, &session) }
      try await Self.send(Array(text.utf8), on: stream)
      while let buffer = try await stream.receive() {
        unsafe session.transcript.bytes.append(contentsOf: buffer.bytes)
        buffer.release()
      }
      session.transcript.wasClosed = true
    } catch {
      session.transcript.wasReset = true
    }
    return session
  }

  private func prepare(_ ssl: OpaquePointer) {
    unsafe SSL_set_connect_state(ssl)
    if let serverName { unsafe weir_ssl_set_host_name(ssl, serverName) }
    if maximumVersion == TLS1_2_VERSION {
      unsafe SSL_set_ciphersuites(ssl, "")
      unsafe SSL_set_options(ssl, 1 << 29)  // SSL_OP_NO_TLSv1_3, a macro
    }
    let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    if !list.isEmpty { unsafe SSL_set_alpn_protos(ssl, list, UInt32(list.count)) }
  }

  private func describe(_ ssl: OpaquePointer, _ session: inout Session) {
    session.version = unsafe String(cString: SSL_get_version(ssl))
    var name: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    unsafe SSL_get0_alpn_selected(ssl, &name, &count)
    if let name = unsafe name {
      session.chosenProtocol = text(unsafe Array(UnsafeBufferPointer(start: name, count: Int(count))))
    }
    guard let certificate = unsafe SSL_get1_peer_certificate(ssl) else { return }
    defer { unsafe X509_free(certificate) }
    var common = [CChar](repeating: 0, count: 100)
    unsafe X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, &common, 100)
    session.certificate = text(common.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
  }

  private static func send(_ bytes: [UInt8], on stream: TLSStream) async throws(IOError) {
    let buffer = Ring.current.buffers.take(.data)
    defer { buffer.release() }
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(buffer.capacity)
      rest = rest.dropFirst(piece.count)
      unsafe buffer.memory.copyBytes(from: piece)
      buffer.count = piece.count
      try await unsafe stream.send(buffer.bytes)
    }
  }
}

extension RunningServer {
  /// Talks to the server over TLS.
  func exchange(_ text: String, over client: TLSClient) async -> TLSClient.Session {
    let port = port
    return await clients.rings[0].run { await client.exchange(text, port: port) }
  }
}
