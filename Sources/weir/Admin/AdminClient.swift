import Access
import Glibc
import Primitives
import Server

/// A small blocking client of the admin API: one request a connection, signed with the root credentials, so
/// that no secret crosses the wire.
struct AdminClient {
  struct Problem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  static let timeoutSeconds = 30
  private let host: String
  private let port: String
  private let credentials: RootCredentials

  /// `url` is `http://HOST:PORT` or `HOST:PORT`.
  ///
  /// - Throws: `Problem` when it is neither.
  init(url: String, credentials: RootCredentials) throws {
    let scheme = "http://"
    var rest = url.hasPrefix(scheme) ? String(url.dropFirst(scheme.count)) : url
    while rest.hasSuffix("/") { rest.removeLast() }
    guard !rest.contains("/"), let colon = rest.lastIndex(of: ":") else {
      throw Problem("--admin \(url): write HOST:PORT or http://HOST:PORT")
    }
    host = String(rest[..<colon]).replacing("[", with: "").replacing("]", with: "")
    port = String(rest[rest.index(after: colon)...])
    self.credentials = credentials
  }

  /// The target `/v1/…` of a request: parts of the path and a query, both still to be escaped.
  static func target(_ path: [String], _ query: [(name: String, value: String)] = []) -> String {
    func escaped(_ text: String) -> String { PercentEncoding.uriEncode(text, keepSlash: false) }
    let pairs = query.map { "\($0.name)=\(escaped($0.value))" }.joined(separator: "&")
    return "/v1/" + path.map(escaped).joined(separator: "/") + (pairs.isEmpty ? "" : "?" + pairs)
  }

  /// Sends a request and returns the body of a 2xx answer. `target` is the path, with a query where there is one.
  ///
  /// - Throws: `Problem` with the server's message for anything else.
  func call(_ method: String, _ target: String, body: String = "") throws -> String {
    let authority = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    let headers = AdminSignature.sign(
      method: method, target: target, host: authority, body: Array(body.utf8), credentials: credentials)
    var request = "\(method) \(target) HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n"
    for (name, value) in headers { request += "\(name): \(value)\r\n" }
    if !body.isEmpty { request += "Content-Type: application/json\r\n" }
    request += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    let reply = try exchange(Array(request.utf8))
    guard let split = reply.firstRange(of: Array("\r\n\r\n".utf8)) else {
      throw Problem("no answer from http://\(authority): is that the admin address of a weir server?")
    }
    let head = String(decoding: reply[..<split.lowerBound], as: Unicode.UTF8.self)
    let text = String(decoding: reply[split.upperBound...], as: Unicode.UTF8.self)
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    guard (200..<300).contains(status) else {
      let message = (try? Reply.decode(ErrorReply.self, text).message) ?? text
      throw Problem(message.isEmpty ? "the server answered \(status)" : message)
    }
    return text
  }

  private struct ErrorReply: Decodable { let message: String }

  private func exchange(_ request: [UInt8]) throws -> [UInt8] {
    let descriptor = try connect()
    defer { close(descriptor) }
    var sent = 0
    while sent < request.count {
      // SAFETY: the pointer stays inside the closure, bounded by what is left of the request.
      let count = unsafe request[sent...].withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Problem("the connection to \(host):\(port) was lost") }
      sent += count
    }
    var reply: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      // SAFETY: the buffer outlives the call and its count bounds what is received.
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe Glibc.recv(descriptor, $0.baseAddress, $0.count, 0)
      }
      guard count >= 0 else { throw Problem("no answer from \(host):\(port) in \(Self.timeoutSeconds) s") }
      if count == 0 { return reply }
      reply += chunk[..<count]
    }
  }

  private func connect() throws -> Int32 {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    // SAFETY: getaddrinfo fills the list, which is freed below; its entries are read before that.
    guard unsafe getaddrinfo(host, port, &hints, &list) == 0 else {
      throw Problem("the host \(host) was not found")
    }
    defer { unsafe freeaddrinfo(list) }
    var entry = unsafe list
    while let current = unsafe entry {
      let address = unsafe current.pointee
      let descriptor = unsafe socket(address.ai_family, address.ai_socktype, address.ai_protocol)
      if descriptor >= 0 {
        var limit = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
        unsafe setsockopt(
          descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        if unsafe Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
        close(descriptor)
      }
      unsafe entry = address.ai_next
    }
    throw Problem(
      "nothing answers at \(host):\(port): start it with weir serve, or name it with --admin")
  }
}
