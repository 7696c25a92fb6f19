import HTTP
import Primitives
import Testing

@testable import API
@testable import Objects

/// How a request's dialect is told, and how OSS spells what S3 spells otherwise.
@Suite struct OSSDialectTests {
  @Test(arguments: [
    ("GET /b/k", ["Authorization: OSS a:b"], true),
    ("GET /b/k", ["Authorization: OSS4-HMAC-SHA256 x"], true),
    ("GET /b/k", ["Authorization: AWS4-HMAC-SHA256 x", "x-oss-meta-a: 1"], false),
    ("GET /b/k", ["Authorization: AWS a:b"], false),
    ("GET /b/k?OSSAccessKeyId=a&Expires=1&Signature=b", [], true),
    ("GET /b/k?x-oss-signature-version=OSS4-HMAC-SHA256", [], true),
    ("GET /b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256", ["x-oss-meta-a: 1"], false),
    ("GET /b/k?AWSAccessKeyId=a&Expires=1&Signature=b", [], false),
    ("GET /b/k", ["x-oss-range-behavior: standard"], true),
    ("GET /b/k?notOSSAccessKeyId=a", [], false),
    ("GET /b/k", [], false),
  ])
  func theDialectIsToldByWhatOnlyOneSends(_ line: String, _ headers: [String], _ isOSS: Bool) {
    #expect((DialectRecognition.dialect(of: head(line, headers)) === Dialect.oss) == isOSS)
  }

  @Test func failuresHaveTheirCodes() {
    func told(_ error: S3Error, _ change: (inout RefusalContext) -> Void = { _ in }) -> Refusal {
      var context = RefusalContext(identifiers: testIdentifiers)
      context.host = bytes("b.example.com")
      change(&context)
      return Dialect.oss.refusal(error, context)
    }
    let missing = told(.noSuchKey("a&b"))
    #expect(missing.code == "NoSuchKey" && missing.status == 404)
    let ec = missing.headers.first { "\($0.name)" == "x-oss-ec" }?.value ?? ""
    #expect(ec.count == 13 && ec.hasPrefix("0404-"))
    #expect(
      text(missing.document)
        == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><RequestId>0123456789ABCDEF</RequestId><HostId>b.example.com</HostId><Key>a&amp;b</Key><EC>\(ec)</EC></Error>"
    )
    let spelled: [(S3ErrorCode, String, Int)] = [
      (.badDigest, "InvalidDigest", 400), (.notImplemented, "NotImplemented", 400),
      (.invalidToken, "InvalidSecurityToken", 403), (.slowDown, "ServiceUnavailable", 503),
      (.bucketAlreadyOwnedByYou, "BucketAlreadyExists", 409), (.keyTooLong, "InvalidObjectName", 400),
      (.preconditionFailed, "PreconditionFailed", 412), (.noSuchBucket, "NoSuchBucket", 404),
    ]
    for (code, name, status) in spelled {
      let refusal = told(S3Error(code))
      #expect(refusal.code == name && refusal.status == status, "\(code)")
    }
    #expect(told(S3Error(.preconditionFailed)) { $0.forbidsOverwrite = true }.code == "FileAlreadyExists")
    // Without a body the document rides in a header.
    let bodiless = told(.noSuchKey("k")) { $0.isHead = true }
    let carried = bodiless.headers.first { "\($0.name)" == "x-oss-err" }?.value ?? ""
    #expect(Base64.decode(carried) == bodiless.document)
    #expect(!missing.headers.contains { "\($0.name)" == "x-oss-err" })
  }

  @Test func entityTagsAreCapitals() {
    var written: [UInt8] = []
    Dialect.oss.append(Fixture.multipartETag, to: &written)
    #expect(text(written) == Fixture.tag.uppercased() + "-3")
    #expect(Dialect.oss.quoted(Fixture.etag) == "\"\(Fixture.tag.uppercased())\"")
    #expect(Dialect.s3.quoted(Fixture.etag) == "\"\(Fixture.tag)\"")
    #expect(ETagMatch(parsing: bytes(Fixture.tag.uppercased())).matches(Fixture.etag))
  }

  @Test func eachDialectShowsItsOwnChecksum() {
    #expect(Dialect.s3.shown(.crc64ecma) == nil && Dialect.s3.shown(.crc32) == .crc32)
    #expect(Dialect.oss.shown(.crc32) == nil && Dialect.oss.shown(.crc64ecma) == nil)
    #expect(ChecksumAlgorithm(name: "CRC64ECMA") == nil)
  }

  /// Every operation of OSS is routed to its own row: no two rows take the same request.
  @Test func namesAreUnique() {
    let built = OSSOperationTable.implemented.map(\.name)
    #expect(Set(built).count == built.count)
    let keys = OSSOperationTable.rows.map { row in
      let spec = row.spec
      let parameters = spec.parameters.map { "\($0.name)=\($0.value.map { "\($0)" } ?? "")" }
      return
        "\(spec.method.name) \(spec.scope) \(spec.subresource.map { "\($0)" } ?? "") \(parameters) \(spec.headers)"
    }
    #expect(Set(keys).count == keys.count)
  }
}
