import Primitives
import Ring
import Testing

@testable import API

/// A response as a client sees it.
struct Answer: Sendable {
  var status = 0
  /// Names in lower case.
  var fields: [String: String] = [:]
  var body: [UInt8] = []

  var text: String { String(decoding: body, as: Unicode.UTF8.self) }
  /// The code of an error document.
  var code: String? { element("Code") }

  /// The text of the first element of that name, however deep.
  func element(_ name: String) -> String? {
    guard let start = text.firstRange(of: "<\(name)>"),
      let end = text[start.upperBound...].firstRange(of: "</\(name)>")
    else { return nil }
    return String(text[start.upperBound..<end.lowerBound])
  }
}

extension RunningAPI {
  /// Sends a signed request (or an anonymous one) on a connection of its own and reads the answer.
  func send(
    _ method: String, _ target: String, _ headers: [(String, String)] = [], body: [UInt8] = [],
    as caller: Caller? = .root, payload: SigV4Payload? = nil, host: String? = nil, service: String = "s3"
  ) async throws -> Answer {
    let pieces = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var all = [("host", host ?? "127.0.0.1:\(port)")] + headers
    if let caller {
      let signer = SigV4Signer(
        accessKeyID: caller.accessKeyID, secretKey: caller.secret, region: "us-east-1", service: service)
      let request = SigV4Signer.Request(
        method: method, path: String(pieces[0]), query: pieces.count > 1 ? String(pieces[1]) : "",
        headers: all.map { (name: $0.0, value: $0.1) })
      all = signer.sign(request, payload: payload ?? .sha256(SHA256.hash(body)), at: .now()).headers
        .map { ($0.name, $0.value) }
    }
    return try await exchange(method, target, all, body: body)
  }

  /// A GET of a presigned URL.
  func getPresigned(_ path: String, query: String = "", expires: Int64 = 60) async throws -> Answer {
    let signer = SigV4Signer(accessKeyID: "rootkey", secretKey: "rootsecret", region: "us-east-1")
    let host = "127.0.0.1:\(port)"
    let target = signer.presign(
      SigV4Signer.Request(method: "GET", path: path, query: query, headers: [(name: "host", value: host)]),
      expiresSeconds: expires, at: .now())
    return try await exchange("GET", target, [("host", host)], body: [])
  }

  /// Sends a request as it is.
  func exchange(
    _ method: String, _ target: String, _ headers: [(String, String)], body: [UInt8]
  ) async throws -> Answer {
    var lines = ["\(method) \(target) HTTP/1.1", "Connection: close"]
    lines += headers.map { "\($0.0): \($0.1)" }
    if !body.isEmpty || method == "PUT" || method == "POST" { lines.append("Content-Length: \(body.count)") }
    let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    return try Answer(try await raw(bytes))
  }

  /// Sends bytes and reads until the server closes.
  func raw(_ bytes: [UInt8]) async throws -> [UInt8] {
    let port = port
    let result = await clients.rings[0].run { () async -> Result<[UInt8], IOError> in
      do throws(IOError) {
        return .success(try await Self.converse(bytes, port: port))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func converse(_ bytes: [UInt8], port: Int) async throws(IOError) -> [UInt8] {
    let deadline = Instant.now().advanced(by: .seconds(20))
    let socket = try await Socket.connect(host: "127.0.0.1", port: port, deadline: deadline)
    defer { socket.close() }
    socket.deadline = deadline
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(128 << 10)
      rest = rest.dropFirst(piece.count)
      let buffer = Ring.current.buffers.take(.data)
      defer { buffer.release() }
      // SAFETY: the piece fits the buffer, which is this turn's own until it is released.
      unsafe UnsafeMutableRawBufferPointer(start: buffer.base, count: buffer.capacity).copyBytes(from: piece)
      buffer.count = piece.count
      do throws(IOError) {
        try await unsafe socket.send(buffer.bytes)
      } catch  where error.isDisconnect {
        // Refused before all of it was sent: what the server said can still be read.
        break
      }
    }
    var received: [UInt8] = []
    while let buffer = try await socket.receive() {
      // SAFETY: the bytes are copied before the buffer is released.
      unsafe received.append(contentsOf: buffer.bytes)
      buffer.release()
    }
    return received
  }
}

extension Answer {
  /// Of all bytes of a connection that carried one response.
  init(_ bytes: [UInt8]) throws {
    let end = try #require(bytes.firstRange(of: [13, 10, 13, 10]), "no response")
    let lines = decoded(bytes[..<end.lowerBound]).split(separator: "\r\n")
    status = try #require(Int(lines[0].split(separator: " ")[1]))
    for line in lines.dropFirst() {
      let pair = line.split(separator: ":", maxSplits: 1)
      fields[pair[0].lowercased()] = pair.count > 1 ? String(pair[1].drop { $0 == " " }) : ""
    }
    body = Array(bytes[end.upperBound...])
  }
}

private func decoded(_ bytes: some Collection<UInt8>) -> String {
  String(decoding: bytes, as: Unicode.UTF8.self)
}
