import Testing

@testable import HTTP

@Suite struct RequestHeadParserTests {
  static let plain =
    "GET /bucket/key?list-type=2 HTTP/1.1\r\nHost: s3.local:9000\r\nX-Amz-Date:  now \t\r\n\r\n"

  @Test(arguments: [Int.max, 1, 2, 3, 7, 64])
  func aHeadIsTheSameInWhateverPiecesItComes(pieceSize: Int) throws {
    let head = try #require(parse(Self.plain, pieceSize: pieceSize).head)
    #expect(head.method == .get)
    #expect(head.minorVersion == 1)
    #expect(text(head.target) == "/bucket/key?list-type=2")
    #expect(text(head.path) == "/bucket/key")
    #expect(head.query.map { text($0) } == "list-type=2")
    #expect(head.headers.count == 2)
    #expect(text(head.headers[1].name) == "x-amz-date")
    #expect(head.headers.string("x-amz-date") == "now")
    #expect(head.headers.string("host") == "s3.local:9000")
    #expect(head.framing == .none)
    #expect(head.wantsKeepAlive)
    #expect(head.headByteCount == Self.plain.utf8.count)
  }

  @Test(arguments: [Int.max, 1, 5, 90])
  func bytesBehindTheHeadAreLeft(pieceSize: Int) throws {
    guard case .head(_, let consumed) = parse(Self.plain + "GET /next", pieceSize: pieceSize) else {
      Issue.record("no head")
      return
    }
    #expect(consumed == Self.plain.utf8.count)
  }

  @Test func aParserServesOneRequestAfterAnother() throws {
    var parser = RequestHeadParser(limits: HTTPLimits())
    var rest = Array("\r\nGET /1 HTTP/1.1\r\nHost: a\r\n\r\nPUT /2 HTTP/1.0\r\nA: b\r\n\r\nDELETE /3 HT".utf8)
    var targets: [String] = []
    for _ in 0..<2 {
      let step = try unsafe rest.withUnsafeBytes { try unsafe parser.consume($0) }
      targets.append(text(try #require(step.head).target))
      rest.removeFirst(step.consumed)
      #expect(parser.isIdle)
    }
    #expect(targets == ["/1", "/2"])
    let last = try unsafe rest.withUnsafeBytes { try unsafe parser.consume($0) }
    #expect(last.head == nil)
    #expect(last.consumed == rest.count)
    #expect(!parser.isIdle)
  }

  struct Target {
    let sent: String
    let path: String
    let query: String?
  }

  @Test(arguments: [
    Target(sent: "/", path: "/", query: nil),
    Target(sent: "//a//b/", path: "//a//b/", query: nil),
    Target(sent: "/a?", path: "/a", query: ""),
    Target(sent: "/a?b?c", path: "/a", query: "b?c"),
    Target(sent: "/%zz", path: "/%zz", query: nil),
    Target(sent: "/\u{e9}", path: "/\u{e9}", query: nil),
    Target(sent: "/a\"<>[]^`{|}\\", path: "/a\"<>[]^`{|}\\", query: nil),
    Target(sent: "http://h:1/a/b?c", path: "/a/b", query: "c"),
    Target(sent: "HTTPS://h:1/a", path: "/a", query: nil),
    Target(sent: "http://h:1", path: "/", query: nil),
    Target(sent: "http://H:1?q", path: "/", query: "q"),
  ])
  func targets(_ target: Target) throws {
    let head = try #require(parse("GET \(target.sent) HTTP/1.1\r\nHost: h:1\r\n\r\n").head)
    #expect(text(head.target) == target.sent)
    #expect(text(head.path) == target.path)
    #expect(head.query.map { text($0) } == target.query)
  }

  @Test(arguments: [
    ("GET", HTTPMethod.get), ("HEAD", .head), ("PUT", .put), ("POST", .post), ("DELETE", .delete),
    ("OPTIONS", .options), ("PATCH", .patch), ("get", .other("get")), ("M-SEARCH", .other("M-SEARCH")),
  ])
  func methods(name: String, method: HTTPMethod) throws {
    let head = try #require(parse("\(name) / HTTP/1.1\r\nHost: h\r\n\r\n").head)
    #expect(head.method == method)
    #expect(head.method.name == name)
  }

  @Test(arguments: [
    ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
    ("HTTP/1.1", "Connection: Upgrade,  CLOSE\r\n", false), ("HTTP/1.1", "Connection: closed\r\n", true),
    ("HTTP/1.0", "", false), ("HTTP/1.0", "Connection: Keep-Alive\r\n", true),
    ("HTTP/1.0", "Connection: keep-alive\r\nConnection: close\r\n", false),
    ("HTTP/1.1", "Connection: ,, ,close ,\r\n", false),
    // What comes after 1.1 is read as 1.1.
    ("HTTP/1.2", "", true), ("HTTP/1.9", "Connection: close\r\n", false),
  ])
  func keepAlive(version: String, fields: String, stays: Bool) throws {
    let head = try #require(parse("GET / \(version)\r\nHost: h\r\n\(fields)\r\n").head)
    #expect(head.wantsKeepAlive == stays)
  }

  @Test(arguments: [
    ("Content-Length: 0\r\n", RequestHead.Framing.length(0)),
    ("content-LENGTH:\t 42 \r\n", .length(42)),
    ("Content-Length: 0042\r\n", .length(42)),
    ("Content-Length: 9223372036854775807\r\n", .length(9_223_372_036_854_775_807)),
    ("Transfer-Encoding: chunked\r\n", .chunked),
    ("Transfer-Encoding: Chunked\r\n", .chunked),
    ("", .none),
  ])
  func framing(fields: String, framing: RequestHead.Framing) throws {
    let head = try #require(parse("PUT / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n").head)
    #expect(head.framing == framing)
  }

  @Test func expectationIsNotedForHTTP11Only() throws {
    let new = try #require(parse("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n\r\n").head)
    #expect(new.expectsContinue)
    let old = try #require(parse("PUT / HTTP/1.0\r\nHost: h\r\nExpect: 100-continue\r\n\r\n").head)
    #expect(!old.expectsContinue)
  }

  @Test func headerLookups() throws {
    let request = "GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\nB:\r\na: 2\r\nC: \u{e9}\r\n\r\n"
    let headers = try #require(parse(request).head).headers
    #expect(headers.count == 5)
    #expect(headers.first("a").map { text($0) } == "1")
    #expect(headers.all("a").map { text($0) } == ["1", "2"])
    #expect(headers.first("b").map { text($0) } == "")
    #expect(headers.string("c") == "\u{e9}")
    #expect(headers.first(named: Array("c".utf8)).map { Array($0) } == [0xC3, 0xA9])
    #expect(!headers.contains("d"))
    #expect(headers.contains("host"))
    #expect(headers.first("") == nil)
  }
}
