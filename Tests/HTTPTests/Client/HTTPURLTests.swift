import Testing

@testable import HTTP

@Suite struct HTTPURLTests {
  static let good:
    [(text: String, isSecure: Bool, host: String, port: Int, target: String, authority: String)] = [
      ("http://h", false, "h", 80, "/", "h"),
      ("HTTPS://Hooks.example/a/b?c=d", true, "Hooks.example", 443, "/a/b?c=d", "Hooks.example"),
      ("http://10.0.0.1:8080/x", false, "10.0.0.1", 8080, "/x", "10.0.0.1:8080"),
      ("https://[::1]:8443?q", true, "::1", 8443, "/?q", "[::1]:8443"),
      ("http://[fe80::1]", false, "fe80::1", 80, "/", "[fe80::1]"),
      ("http://h:443/", false, "h", 443, "/", "h:443"),
    ]

  @Test(arguments: good.indices) func takesApart(_ index: Int) throws {
    let want = Self.good[index]
    let url = try HTTPURL(want.text)
    #expect(url.isSecure == want.isSecure && url.host == want.host && url.port == want.port)
    #expect(url.target == want.target && url.authority == want.authority && url.description == want.text)
  }

  @Test(arguments: [
    "", "h", "ftp://h", "http://", "http:///x", "http://h:0/", "http://h:65536", "http://h:x", "http://h:",
    "http://user@h/", "http://h/#f", "http://h/a b", "http://h/\r\nX: y", "http://é/", "http://[h]/",
    "http://[::1",
    "http://[10.0.0.1]/", "http://::1/", "http://a/" + String(repeating: "x", count: 2048),
  ])
  func refuses(_ text: String) {
    #expect(throws: HTTPURL.Problem.self) { try HTTPURL(text) }
  }

  static let heads: [(head: String, status: Int?, retryAfter: UInt64?)] = [
    ("HTTP/1.1 204 No Content\r\nX: y", 204, nil), ("HTTP/1.0 503 \r\nretry-AFTER:  120", 503, 120),
    ("HTTP/1.1 429", 429, nil), ("HTTP/1.1 200 OK\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT", 200, nil),
    ("HTTP/2 200 OK", nil, nil), ("HTTP/1.1 20 OK", nil, nil), ("HTTP/1.1 600 X", nil, nil), ("", nil, nil),
    ("HTTP/1.1", nil, nil), ("SSH-2.0-OpenSSH_9.2", nil, nil),
  ]

  @Test(arguments: heads.indices) func readsHeads(_ index: Int) {
    let want = Self.heads[index]
    let answer = HTTPPost.answer(Array(want.head.utf8)[...])
    #expect(answer?.status == want.status && answer?.retryAfter == want.retryAfter)
  }
}
