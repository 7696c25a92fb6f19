import Testing

@testable import HTTP

/// A head that has to be refused, and why.
struct RefusedHead: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  let problem: RequestProblem

  init(_ name: String, _ text: String, _ problem: RequestProblem) {
    self.init(name, Array(text.utf8), problem)
  }

  init(_ name: String, _ bytes: [UInt8], _ problem: RequestProblem) {
    self.name = name
    self.bytes = bytes
    self.problem = problem
  }

  /// A request whose one field beside Host is `line`.
  init(field line: String, _ problem: RequestProblem) {
    self.init("field: \(line)", "GET / HTTP/1.1\r\nHost: h\r\n\(line)\r\n\r\n", problem)
  }

  /// A request with this request line.
  init(line: String, _ problem: RequestProblem) {
    self.init("line: \(line)", "\(line)\r\nHost: h\r\n\r\n", problem)
  }

  /// A request with these framing fields.
  init(framing: String, _ problem: RequestProblem, version: String = "1.1") {
    self.init("framing: \(framing)", "PUT / HTTP/\(version)\r\nHost: h\r\n\(framing)\r\n\r\n", problem)
  }

  var testDescription: String { name }
}

extension RefusedHead {
  static let requestLines: [RefusedHead] = [
    RefusedHead(line: "GET", .invalidRequestLine),
    RefusedHead(line: "GET /", .invalidRequestLine),
    RefusedHead(line: "GET  / HTTP/1.1", .invalidVersion),
    RefusedHead(line: "GET /  HTTP/1.1", .invalidVersion),
    RefusedHead(line: "GET / HTTP/1.1 ", .invalidVersion),
    RefusedHead(line: "GET / a HTTP/1.1", .invalidVersion),
    RefusedHead(line: "GET\t/ HTTP/1.1", .invalidMethod),
    RefusedHead(line: " GET / HTTP/1.1", .invalidMethod),
    RefusedHead(line: "G(T / HTTP/1.1", .invalidMethod),
    RefusedHead(line: "G\u{e9}T / HTTP/1.1", .invalidMethod),
    RefusedHead(line: "GET / HTTP/2.0", .unsupportedVersion),
    RefusedHead(line: "PRI * HTTP/2.0", .unsupportedVersion),
    RefusedHead(line: "GET / HTTP/3.1", .unsupportedVersion),
    RefusedHead(line: "GET / HTTP/0.9", .unsupportedVersion),
    RefusedHead(line: "GET / http/1.1", .invalidVersion),
    RefusedHead(line: "GET / HTTP/1.10", .invalidVersion),
    RefusedHead(line: "GET / HTTP/11", .invalidVersion),
    RefusedHead(line: "GET / HTTP/1,1", .invalidVersion),
    RefusedHead(line: "GET / HTTPS/1.1", .invalidVersion),
    RefusedHead(line: "GET / ICY", .invalidVersion),
    RefusedHead(line: "GET * HTTP/1.1", .invalidTarget),
    RefusedHead(line: "OPTIONS * HTTP/1.1", .invalidTarget),
    RefusedHead(line: "GET bucket/key HTTP/1.1", .invalidTarget),
    RefusedHead(line: "GET ftp://h/ HTTP/1.1", .invalidTarget),
    RefusedHead(line: "GET http:/// HTTP/1.1", .invalidTarget),
    RefusedHead(line: "GET http://u@h/ HTTP/1.1", .invalidTarget),
    RefusedHead(line: "GET http://other/ HTTP/1.1", .invalidHost),
    RefusedHead(line: "CONNECT h:443 HTTP/1.1", .invalidTarget),
    RefusedHead(line: "CONNECT / HTTP/1.1", .invalidMethod),
    RefusedHead(line: "GET /a#b HTTP/1.1", .invalidTarget),
    RefusedHead(line: "GET /a\u{1}b HTTP/1.1", .invalidTarget),
    RefusedHead(line: "GET /a\u{7f}b HTTP/1.1", .invalidTarget),
    RefusedHead(line: "GET /a\tb HTTP/1.1", .invalidTarget),
    RefusedHead(line: "GET /a\rb HTTP/1.1", .invalidTarget),
    RefusedHead(line: "GET /a\0 HTTP/1.1", .invalidTarget),
    RefusedHead("two empty lines", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", .invalidMethod),
    RefusedHead("an empty line of LF", "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", .bareLineFeed),
    RefusedHead("LF after the request line", "GET / HTTP/1.1\nHost: h\r\n\r\n", .bareLineFeed),
    RefusedHead("TLS to a plain port", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01], .invalidMethod),
    RefusedHead("SSH", "SSH-2.0-OpenSSH_9.2\r\n", .invalidRequestLine),
    RefusedHead("a NUL byte first", [0], .invalidMethod),
  ]

  static let fields: [RefusedHead] = [
    RefusedHead("LF after a field", "GET / HTTP/1.1\r\nHost: h\nA: b\r\n\r\n", .bareLineFeed),
    RefusedHead("LF ends the head", "GET / HTTP/1.1\r\nHost: h\r\n\n", .bareLineFeed),
    RefusedHead(
      "a field hidden by LF", "GET / HTTP/1.1\r\nHost: h\r\nA: b\nContent-Length: 5\r\n\r\n", .bareLineFeed),
    RefusedHead(field: " A: b", .lineFolding),
    RefusedHead(field: "A: b\r\n c", .lineFolding),
    RefusedHead(field: "A: b\r\n\tc", .lineFolding),
    RefusedHead("folding of the first line", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", .lineFolding),
    RefusedHead(field: "A : b", .blankBeforeColon),
    RefusedHead(field: "A\t: b", .blankBeforeColon),
    RefusedHead(field: "Content-Length : 5", .blankBeforeColon),
    RefusedHead(field: "Transfer-Encoding : chunked", .blankBeforeColon),
    RefusedHead(field: "A b: c", .blankBeforeColon),
    RefusedHead(field: ": b", .invalidFieldName),
    RefusedHead(field: "A", .invalidFieldName),
    RefusedHead(field: "A(b: c", .invalidFieldName),
    RefusedHead(field: "A\u{0}: b", .invalidFieldName),
    RefusedHead(field: "\u{e9}: b", .invalidFieldName),
    RefusedHead(field: "A\r: b", .invalidFieldName),
    RefusedHead(field: "Transfer\u{b}-Encoding: chunked", .invalidFieldName),
    RefusedHead(field: "A: b\rc", .bareCarriageReturn),
    RefusedHead(field: "A: b\rContent-Length: 5", .bareCarriageReturn),
    RefusedHead("a CR before the final CRLF", "GET / HTTP/1.1\r\nHost: h\r\n\r\r\n", .invalidFieldName),
    RefusedHead(field: "A: b\u{0}c", .invalidFieldValue),
    RefusedHead(field: "A: \u{1}", .invalidFieldValue),
    RefusedHead(field: "A: 0123456789abcdef0123456789abcd\u{1f}", .invalidFieldValue),
    RefusedHead(field: "A: 0123456789abcdef\u{7f}0123456789abcdef", .invalidFieldValue),
    RefusedHead(field: "Expect: 200-ok", .unknownExpectation),
    RefusedHead(field: "Expect: 100-continue, x", .unknownExpectation),
    RefusedHead(field: "Host: h", .repeatedHost),
    RefusedHead(field: "host: other", .repeatedHost),
    RefusedHead("no Host", "GET / HTTP/1.1\r\nA: b\r\n\r\n", .missingHost),
    RefusedHead("no field at all", "GET / HTTP/1.1\r\n\r\n", .missingHost),
  ]

  static let hosts: [RefusedHead] = [
    "", " ", "a b", "a,b", "u@h", "h/p", "h:x", "h:123456", ":80", "[::1", "[]", "[x]", "[::1]x", "h\\x",
    "\u{e9}", "h?x", "<h>",
  ].map { host in
    RefusedHead("Host \(host)", "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n", .invalidHost)
  }

  static let framings: [RefusedHead] = [
    RefusedHead(framing: "Content-Length: 5\r\nContent-Length: 5", .repeatedContentLength),
    RefusedHead(framing: "Content-Length: 5\r\nContent-Length: 6", .repeatedContentLength),
    RefusedHead(framing: "Content-Length: 5, 5", .invalidContentLength),
    RefusedHead(framing: "Content-Length: 5 5", .invalidContentLength),
    RefusedHead(framing: "Content-Length: +5", .invalidContentLength),
    RefusedHead(framing: "Content-Length: -1", .invalidContentLength),
    RefusedHead(framing: "Content-Length: 0x5", .invalidContentLength),
    RefusedHead(framing: "Content-Length: 5.0", .invalidContentLength),
    RefusedHead(framing: "Content-Length:", .invalidContentLength),
    RefusedHead(framing: "Content-Length: \u{666}", .invalidContentLength),
    RefusedHead(framing: "Content-Length: 9223372036854775808", .invalidContentLength),
    RefusedHead(framing: "Content-Length: 18446744073709551616", .invalidContentLength),
    RefusedHead(framing: "Content-Length: 99999999999999999999999", .invalidContentLength),
    RefusedHead(
      framing: "Content-Length: 5\r\nTransfer-Encoding: chunked", .contentLengthWithTransferEncoding),
    RefusedHead(
      framing: "Transfer-Encoding: chunked\r\nContent-Length: 5", .contentLengthWithTransferEncoding),
    RefusedHead(
      framing: "Transfer-Encoding: chunked\r\nContent-Length: 0", .contentLengthWithTransferEncoding),
    RefusedHead(
      framing: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .repeatedTransferEncoding),
    RefusedHead(
      framing: "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", .repeatedTransferEncoding),
    RefusedHead(framing: "Transfer-Encoding: gzip,CHUNKED", .unsupportedTransferEncoding),
    RefusedHead(framing: "Transfer-Encoding: identity", .unframedTransferEncoding),
    RefusedHead(framing: "Transfer-Encoding: gzip, chunked", .unsupportedTransferEncoding),
    RefusedHead(framing: "Transfer-Encoding: chunked, chunked", .unframedTransferEncoding),
    RefusedHead(framing: "Transfer-Encoding: chunked, identity", .unframedTransferEncoding),
    RefusedHead(framing: "Transfer-Encoding: xchunked", .unframedTransferEncoding),
    RefusedHead(framing: "Transfer-Encoding: chunked;q=1", .unframedTransferEncoding),
    RefusedHead(framing: "Transfer-Encoding: \"chunked\"", .unframedTransferEncoding),
    RefusedHead(framing: "Transfer-Encoding: ", .unframedTransferEncoding),
    RefusedHead(framing: "Transfer-Encoding: chunked\u{b}", .invalidFieldValue),
    RefusedHead(framing: "Transfer-Encoding: \u{c}chunked", .invalidFieldValue),
    RefusedHead(framing: "Transfer-Encoding: chunked", .transferEncodingInOldVersion, version: "1.0"),
  ]
}
