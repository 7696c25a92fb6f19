import Testing

@testable import HTTP

/// What a client sends on one connection, and what it has to get.
struct RawRequest: Sendable, CustomTestStringConvertible {
  let name: String
  let steps: [Step]
  /// The statuses of the answers in order, 100 included.
  let statuses: [Int]
  /// Whether the last answer is cut off, or the connection without one.
  var isCut = false

  init(_ name: String, _ steps: [Step], _ statuses: [Int], isCut: Bool = false) {
    self.name = name
    self.steps = steps
    self.statuses = statuses
    self.isCut = isCut
  }

  init(_ name: String, _ text: String, _ statuses: [Int]) {
    self.init(name, [.send(text)], statuses)
  }

  var testDescription: String { name }
}

extension RawRequest {
  static let ending = "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

  /// A body with these framing fields and bytes, and a request behind it.
  static func body(_ name: String, _ framing: String, _ bytes: String, _ statuses: [Int]) -> RawRequest {
    RawRequest(
      "body: \(name)", "PUT /echo HTTP/1.1\r\nHost: h\r\n\(framing)\r\n\r\n\(bytes)\(ending)", statuses)
  }

  static func chunked(_ name: String, _ bytes: String, _ statuses: [Int]) -> RawRequest {
    body(name, "Transfer-Encoding: chunked", bytes, statuses)
  }

  /// Heads the parser refuses. A request hidden behind one must not be answered.
  static let refused: [RawRequest] =
    (RefusedHead.requestLines + RefusedHead.fields + RefusedHead.hosts + RefusedHead.framings).map { head in
      let hidden = Array("\r\n\r\nGET /hello HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
      return RawRequest(head.name, [.send(head.bytes + hidden)], [head.problem.status])
    }

  static let accepted: [RawRequest] = [
    RawRequest("plain", ending, [200]),
    RawRequest("an empty line first", "\r\n" + ending, [200]),
    RawRequest("HTTP/1.0", "GET /hello HTTP/1.0\r\n\r\n", [200]),
    RawRequest("HTTP/1.0 with a request behind it", "GET /hello HTTP/1.0\r\n\r\n" + ending, [200]),
    RawRequest("a request behind Connection: close", ending + ending, [200]),
    RawRequest("an unknown method", ending.replacing("GET", with: "BREW"), [200]),
    RawRequest("absolute form", ending.replacing("/hello", with: "http://h/hello"), [200]),
    RawRequest("empty field", ending.replacing("Host", with: "A:\r\nHost"), [200]),
    RawRequest("obs-text in a field", ending.replacing("Host", with: "A: \u{e9}\r\nHost"), [200]),
    RawRequest("Host in other case", ending.replacing("Host", with: "hOST"), [200]),
    RawRequest("IPv6 Host", ending.replacing("Host: h", with: "Host: [::1]:9000"), [200]),
    RawRequest("a bad escape is for the handler", ending.replacing("/hello", with: "/hello/%zz%"), [200]),
    RawRequest(
      "not UTF-8 in the path is for the handler",
      [.send(Array("GET /".utf8) + [0xFF, 0xC0, 0x80] + Array(ending.utf8.dropFirst(10)))], [404]),
    RawRequest(
      "GET with a body", "GET /hello HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + ending,
      [200, 200]),
    RawRequest(
      "three in one piece",
      "GET /hello HTTP/1.1\r\nHost: h\r\n\r\nGET /no HTTP/1.1\r\nHost: h\r\n\r\n" + ending, [200, 404, 200]),
    RawRequest(
      "half-closed after the request", [.send("GET /sleep/50 HTTP/1.1\r\nHost: h\r\n\r\n"), .endSending],
      [200]),
  ]

  static let bodies: [RawRequest] = [
    body("length", "Content-Length: 5", "hello", [200, 200]),
    body("no length", "A: b", "", [200, 200]),
    body("length 0", "Content-Length: 0", "", [200, 200]),
    body("a body without framing is a request", "A: b", "hello\r\n\r\n", [200, 400]),
    body("a body longer than its length is a request", "Content-Length: 4", "hello\r\n\r\n", [200, 400]),
    chunked("chunks", "5\r\nhello\r\n0\r\n\r\n", [200, 200]),
    chunked("no chunk", "0\r\n\r\n", [200, 200]),
    chunked("extension", "5;a=b\r\nhello\r\n0\r\n\r\n", [200, 200]),
    chunked("trailer", "5\r\nhello\r\n0\r\nContent-Length: 9\r\nA: b\r\n\r\n", [200, 200]),
    chunked("size not hexadecimal", "g\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("size with 0x", "0x5\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("negative size", "-1\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("size with plus", "+5\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("size of 17 digits", "10000000000000005\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("size that wraps to 5", "FFFFFFFFFFFFFFFF5\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("blank before size", " 5\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("blank after size", "5 \r\nhello\r\n0\r\n\r\n", [400]),
    chunked("tab after size", "5\t\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("empty size", "\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("size line of LF", "5\nhello\r\n0\r\n\r\n", [400]),
    chunked("extension with LF", "5;a\nhello\r\n0\r\n\r\n", [400]),
    chunked("extension with CR", "5;a\rb\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("extension with NUL", "5;a\0\r\nhello\r\n0\r\n\r\n", [400]),
    chunked(
      "extension too long", "5;" + String(repeating: "a", count: 5000) + "\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("chunk longer than its size", "4\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("chunk shorter than its size", "6\r\nhello\r\n0\r\n\r\n", [400]),
    chunked("chunk ended by LF", "5\r\nhello\n0\r\n\r\n", [400]),
    chunked("trailer with LF", "0\r\nA: b\n\r\n", [400]),
    chunked("body ended by LF", "0\r\n\n", [400]),
    chunked("trailers too large", "0\r\nA: " + String(repeating: "a", count: 9000) + "\r\n\r\n", [400]),
    chunked(
      "much framing, little data",
      String(repeating: "1;" + String(repeating: "x", count: 500) + "\r\na\r\n", count: 100), [400]),
    RawRequest(
      "a malformed body nobody reads",
      "PUT /ignore HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n" + ending, [200]),
  ]

  static let oversize: [RawRequest] = [
    RawRequest(
      "a request line of 9000 bytes",
      ending.replacing("/hello", with: "/" + String(repeating: "a", count: 9000)), [414]),
    RawRequest("a request line without end", [.send(String(repeating: "A", count: 100_000))], [414]),
    RawRequest(
      "a field of 17000 bytes",
      ending.replacing("Host", with: "A: \(String(repeating: "a", count: 17000))\r\nHost"), [431]),
    RawRequest(
      "129 fields", ending.replacing("Host", with: String(repeating: "A: b\r\n", count: 127) + "Host"), [431]),
    RawRequest(
      "128 fields", ending.replacing("Host", with: String(repeating: "A: b\r\n", count: 126) + "Host"), [200]),
    RawRequest(
      "fields without end",
      [.send("GET / HTTP/1.1\r\n"), .send(String(repeating: "A: b\r\n", count: 20000))], [431]),
    RawRequest(
      "a field without end", [.send("GET / HTTP/1.1\r\nA: "), .send([UInt8](repeating: 97, count: 100_000))],
      [431]),
  ]

  static let truncated: [RawRequest] = [
    RawRequest("nothing", [.endSending], []),
    RawRequest("half a request line", [.send("GET /hel"), .endSending], []),
    RawRequest("half a head", [.send("GET /hello HTTP/1.1\r\nHost: h\r\n"), .endSending], []),
    RawRequest(
      "a head but for its last byte", [.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r"), .endSending], []),
    RawRequest(
      "half a body", [.send("PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel"), .endSending],
      [400]),
    RawRequest(
      "half a chunk",
      [.send("PUT /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"), .endSending],
      [400]),
    RawRequest(
      "no last chunk",
      [
        .send("PUT /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        .endSending,
      ], [400]),
    RawRequest(
      "a last chunk but for its last byte",
      [.send("PUT /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r"), .endSending],
      [400]),
    RawRequest(
      "no body after 100",
      [
        .send("PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"),
        .awaitReplies(1), .endSending,
      ], [100, 400]),
    RawRequest(
      "half a second request", [.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\nGET /h"), .endSending], [200]),
    RawRequest("gone at once", [.leave], [], isCut: true),
    RawRequest("gone within the head", [.send("GET /hello HTT"), .leave], [], isCut: true),
    RawRequest(
      "gone within the body",
      [.send("PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\nhello"), .leave], [], isCut: true
    ),
    RawRequest(
      "gone before the answer", [.send("GET /sleep/50 HTTP/1.1\r\nHost: h\r\n\r\n"), .leave], [], isCut: true),
    RawRequest(
      "gone within a large answer",
      [.send("GET /bytes/20000000 HTTP/1.1\r\nHost: h\r\n\r\n"), .pause(milliseconds: 20), .leave], [],
      isCut: true),
    RawRequest(
      "gone within 50 answers",
      [.send(String(repeating: "GET /bytes/100000 HTTP/1.1\r\nHost: h\r\n\r\n", count: 50)), .leave], [],
      isCut: true),
  ]

  static let slow: [RawRequest] = [
    RawRequest(
      "a head in single bytes", Array(ending.utf8).flatMap { [Step.send([$0]), .pause(milliseconds: 1)] },
      [200]),
    RawRequest(
      "a head that never ends", [.send("GET / HTTP/1.1\r\n"), .pause(milliseconds: 3500), .send("A: b\r\n")],
      [408]),
    RawRequest("one byte", [.send("G"), .pause(milliseconds: 3500)], [408]),
    RawRequest(
      "a body that never comes",
      [.send("PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n"), .pause(milliseconds: 3500)], [408]
    ),
    RawRequest(
      "a chunk that never comes",
      [
        .send("PUT /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5"),
        .pause(milliseconds: 3500),
      ], [408]),
    RawRequest(
      "no body after 100",
      [.send("PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")],
      [100, 408]),
  ]
}
