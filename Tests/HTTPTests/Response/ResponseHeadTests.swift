import Testing

@testable import HTTP

@Suite struct ResponseHeadTests {
  @Test func headIsBuiltAsBytes() {
    var head = ResponseHead(status: 206)
    head.add("ETag", "\"abc\"")
    let interpolated = "bytes \(0)-\(9)/\(10)"
    head.add("Content-Range", interpolated)
    head.add("Age", 42)
    head.add("X-Bytes", Array("ra".utf8))
    head.add(name: Array("x-amz-meta-a".utf8), value: Array("b".utf8))
    #expect(
      text(head.bytes) == """
        HTTP/1.1 206 Partial Content\r
        ETag: "abc"\r
        Content-Range: bytes 0-9/10\r
        Age: 42\r
        X-Bytes: ra\r
        x-amz-meta-a: b\r

        """)
  }

  @Test func noValueSplitsTheResponse() {
    var head = ResponseHead(status: 200)
    let nasty = "a\r\nSet-Cookie: b\0\r\n\r\n<html>"
    head.add("A", nasty)
    head.add("B", Array(nasty.utf8))
    head.add(name: Array("C\r\nD: e".utf8), value: Array(nasty.utf8))
    head.add("E") { $0.append(contentsOf: nasty.utf8) }
    let lines = text(head.bytes).split(separator: "\r\n", omittingEmptySubsequences: false)
    #expect(lines.count == 6)
    #expect(lines[4] == "E: a  Set-Cookie: b     <html>")
    #expect(lines[1] == "A: a  Set-Cookie: b     <html>")
    #expect(lines[3].hasPrefix("C__D__e: a"))
  }

  @Test(arguments: [(200, "OK"), (304, "Not Modified"), (416, "Range Not Satisfiable"), (599, "")])
  func statusLines(status: Int, reason: String) {
    #expect(text(ResponseHead(status: status).bytes) == "HTTP/1.1 \(status) \(reason)\r\n")
  }

  @Test(arguments: [
    (0, "0", "0"), (10, "10", "a"), (4096, "4096", "1000"),
    (UInt64.max, "18446744073709551615", "ffffffffffffffff"),
  ])
  func numbers(value: UInt64, decimal: String, hexadecimal: String) {
    var bytes: [UInt8] = []
    Decimal.append(value, to: &bytes)
    bytes.append(32)
    Decimal.appendHex(value, to: &bytes)
    bytes.append(32)
    Decimal.append(-5, to: &bytes)
    #expect(text(bytes) == "\(decimal) \(hexadecimal) -5")
  }
}
