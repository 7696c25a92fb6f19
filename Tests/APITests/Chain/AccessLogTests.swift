import Objects
import Primitives
import Ring
import Testing

@testable import API
@testable import HTTP

@Suite struct AccessLogTests {
  @Test func writesAllFields() throws {
    let request = try makeRequest(
      "GET /photos/a%20%C3%A9?versionId=null",
      ["User-Agent: test \"agent\"/1.0", "Referer: http://example/"])
    request.spec = GetObject.spec
    request.authentication = .headerV4
    request.outcome.status = 200
    request.outcome.bytesOut = 10
    request.outcome.objectSize = 10
    request.outcome.replied = Instant(nanoseconds: 1_003_000_000)
    request.outcome.finished = Instant(nanoseconds: 1_007_900_000)
    #expect(
      text(AccessLogLine(request).bytes) == """
        \(testOwner.string) photos [02/Jan/2026:03:04:05 +0000] 127.0.0.1 arn:aws:iam::000000000000:user/alice \
        0123456789ABCDEF REST.GET.OBJECT a%20%C3%A9 "GET /photos/a%20%C3%A9?versionId=null HTTP/1.1" 200 - 10 \
        10 7 3 "http://example/" "test \\"agent\\"/1.0" null aG9zdA== SigV4 - AuthHeader localhost:9000 - - - -

        """)
  }

  @Test func unknownsAreDashes() throws {
    let request = try makeRequest("GET /", identity: nil)
    request.outcome.status = 403
    request.outcome.errorCode = "AccessDenied"
    let line = text(AccessLogLine(request).bytes)
    #expect(
      line.hasPrefix(
        "- - [02/Jan/2026:03:04:05 +0000] 127.0.0.1 - 0123456789ABCDEF REST.GET.UNKNOWN - \"GET / HTTP/1.1\" "
          + "403 AccessDenied - - - - \"-\" \"-\" - aG9zdA== - - - localhost:9000 - - - -"))
  }

  @Test func nothingEndsAFieldOrALine() throws {
    var line = AccessLogLine()
    line.bucket = "a b\nc"
    line.userAgent = bytes("x\" y\\\r\n\u{7F}é")
    let written = text(line.bytes)
    #expect(written.filter { $0 == "\n" }.count == 1)
    #expect(written.contains(" a%20b%0ac "))
    #expect(written.contains("\"x\\\" y\\\\\\x0d\\x0a\\x7f\\xc3\\xa9\""))
  }

  @Test func hasTwentySevenFields() throws {
    let line = text(AccessLogLine(try makeRequest("GET /photos")).bytes)
    // The time holds one blank and the request line two.
    #expect(line.split(separator: " ").count == 27 + 3)
  }

  @Test func secureConnectionsNameTheirCipher() throws {
    let request = APIRequest(
      head: head("GET /"),
      connection: connectionInfo(
        tls: TLSInfo(version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", serverName: nil)),
      dialect: .s3, identifiers: testIdentifiers, arrived: testTime, started: Instant(nanoseconds: 0))
    let line = AccessLogLine(request)
    #expect(line.cipherSuite == "TLS_AES_256_GCM_SHA384")
    #expect(line.tlsVersion == "TLSv1.3")
  }
}
