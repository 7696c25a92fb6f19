import Testing

@testable import API

@Suite struct LoggedURLTests {
  @Test(arguments: [
    ("/b/k", "/b/k"), ("/b/k?", "/b/k?"), ("/b/k?uploads&prefix=a", "/b/k?uploads&prefix=a"),
    ("/b?X-Amz-Signature=abc&X-Amz-Date=1", "/b?X-Amz-Signature=***&X-Amz-Date=1"),
    (
      "/b?AWSAccessKeyId=k&Expires=1&Signature=a%2Bb%3D&x=y",
      "/b?AWSAccessKeyId=k&Expires=1&Signature=***&x=y"
    ),
    ("/b?x-amz-security-token=t&&a", "/b?x-amz-security-token=***&&a"),
    ("/b?X%2DAmz%2DSignature=abc", "/b?X%2DAmz%2DSignature=***"),
    ("/b?Signature=a=b?c", "/b?Signature=***"), ("/b?signature", "/b?signature"),
    ("/b?prefix=Signature%zz=1", "/b?prefix=Signature%zz=1"),
    ("http://h/b?a=1&X-Amz-Signature=2", "http://h/b?a=1&X-Amz-Signature=***"),
    (
      "/b/k?x-oss-security-token=t&x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-signature=5e",
      "/b/k?x-oss-security-token=***&x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-signature=***"
    ),
    (
      "/b/k?security-token=t&OSSAccessKeyId=k&Expires=1&Signature=a%2Bb%3D",
      "/b/k?security-token=***&OSSAccessKeyId=k&Expires=1&Signature=***"
    ),
    ("/b/k?x%2Doss-signature=5e&X-Oss-Signature=5f", "/b/k?x%2Doss-signature=***&X-Oss-Signature=***"),
  ])
  func masks(url: String, logged: String) {
    #expect(text(LoggedURL.masking(bytes(url))) == logged)
  }

  @Test func theAccessLogHoldsNoSignature() throws {
    let request = try makeRequest(
      "GET /photos/a?X-Amz-Credential=k&X-Amz-Signature=5ec4e7&X-Amz-Security-Token=70ce4",
      ["Referer: http://h/b?Signature=0dd5"])
    let line = text(AccessLogLine(request).bytes)
    #expect(
      line.contains(
        "\"GET /photos/a?X-Amz-Credential=k&X-Amz-Signature=***&X-Amz-Security-Token=*** HTTP/1.1\""))
    #expect(line.contains("\"http://h/b?Signature=***\""))
    for secret in ["5ec4e7", "70ce4", "0dd5"] { #expect(!line.contains(secret)) }
  }

  @Test func norOneOfOSS() throws {
    let request = try makeRequest(
      "GET /photos/a?x-oss-credential=k&x-oss-signature=5ec4e7&x-oss-security-token=70ce4",
      ["Referer: http://h/b?OSSAccessKeyId=k&Signature=0dd5&security-token=70ce5"])
    let line = text(AccessLogLine(request).bytes)
    #expect(
      line.contains(
        "\"GET /photos/a?x-oss-credential=k&x-oss-signature=***&x-oss-security-token=*** HTTP/1.1\""))
    #expect(line.contains("\"http://h/b?OSSAccessKeyId=k&Signature=***&security-token=***\""))
    for secret in ["5ec4e7", "70ce4", "0dd5", "70ce5"] { #expect(!line.contains(secret)) }
  }
}
