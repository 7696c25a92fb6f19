import HTTP
import Objects
import Primitives
import Testing

@testable import API

/// The conditional headers from the wire to the verdict: RFC 9110 section 13.2.2 and S3's tables.
@Suite struct ConditionsTests {
  static let etag = ETag(md5: Array(repeating: 0xAB, count: 16))
  static let tag = String(repeating: "ab", count: 16)
  /// The object was modified at 03:04:05; the request comes a day later.
  static let same = "Fri, 02 Jan 2026 03:04:05 GMT"
  static let before = "Fri, 02 Jan 2026 03:04:04 GMT"
  static let after = "Fri, 02 Jan 2026 03:04:06 GMT"
  static let future = "Fri, 01 Jan 2100 00:00:00 GMT"

  enum Expected: Sendable, Equatable {
    case ok
    case notModified
    case failed(String)
  }

  static let matrix: [(headers: [String], expected: Expected)] = [
    ([], .ok),
    (["If-Match: \"\(tag)\""], .ok),
    (["If-Match: \(tag)"], .ok),
    (["If-Match: *"], .ok),
    (["If-Match: \"x\", \"\(tag)\""], .ok),
    (["If-Match: \"x\"", "If-Match: \"\(tag)\""], .ok),
    (["If-Match: \"x\""], .failed("If-Match")),
    (["If-None-Match: \"x\""], .ok),
    (["If-None-Match: \"\(tag)\""], .notModified),
    (["If-None-Match: W/\"\(tag)\""], .notModified),
    (["If-None-Match: \(tag)"], .notModified),
    (["If-None-Match: *"], .notModified),
    (["If-Modified-Since: \(before)"], .ok),
    (["If-Modified-Since: \(same)"], .notModified),
    (["If-Modified-Since: \(after)"], .notModified),
    (["If-Modified-Since: \(future)"], .ok),
    (["If-Modified-Since: yesterday"], .ok),
    (["If-Unmodified-Since: \(before)"], .failed("If-Unmodified-Since")),
    (["If-Unmodified-Since: \(same)"], .ok),
    (["If-Unmodified-Since: \(after)"], .ok),
    (["If-Unmodified-Since: never"], .ok),
    (["If-Match: \"\(tag)\"", "If-Unmodified-Since: \(before)"], .ok),
    (["If-Match: \"x\"", "If-Unmodified-Since: \(after)"], .failed("If-Match")),
    (["If-None-Match: \"\(tag)\"", "If-Modified-Since: \(before)"], .notModified),
    (["If-None-Match: \"x\"", "If-Modified-Since: \(after)"], .ok),
    (["If-Match: \"\(tag)\"", "If-None-Match: \"\(tag)\""], .notModified),
    (["If-Match: \"x\"", "If-None-Match: \"\(tag)\""], .failed("If-Match")),
    (["If-Unmodified-Since: \(before)", "If-None-Match: \"\(tag)\""], .failed("If-Unmodified-Since")),
  ]

  @Test(arguments: matrix) func judgesReads(_ headers: [String], _ expected: Expected) {
    let conditions = Conditions.read(head("GET /b/k", headers).headers, .standard)
    let verdict = (conditions ?? .none).verdict(
      etag: Self.etag, lastModified: testTime, now: Timestamp(seconds: testTime.seconds + 86_400))
    let found: Expected =
      switch verdict {
      case .proceed: .ok
      case .notModified: .notModified
      case .failed(let condition): .failed(condition.headerName(.s3))
      }
    #expect(found == expected)
  }

  @Test func copySourcesHaveTheirOwnHeaders() {
    let headers = head(
      "PUT /b/k",
      [
        "x-amz-copy-source-if-match: \"a\"", "x-amz-copy-source-if-none-match: \"b\"",
        "x-amz-copy-source-if-modified-since: \(Self.same)",
        "x-amz-copy-source-if-unmodified-since: \(Self.same)", "If-Match: \"c\"",
      ]
    ).headers
    let conditions = Conditions.read(headers, HeaderVocabulary.s3.copySourceConditions)
    #expect(conditions?.ifMatch == .oneOf(["a"]))
    #expect(conditions?.ifNoneMatch == .oneOf(["b"]))
    #expect(conditions?.ifModifiedSince?.seconds == testTime.seconds)
    #expect(conditions?.ifUnmodifiedSince?.seconds == testTime.seconds)
  }

  @Test func writesTakeOneCondition() throws {
    #expect(try Conditions.write(makeRequest("PUT /b/k")) == .none)
    #expect(
      try Conditions.write(makeRequest("PUT /b/k", ["If-Match: \"a\""]))
        == WriteConditions(ifMatch: .oneOf(["a"])))
    #expect(
      try Conditions.write(makeRequest("PUT /b/k", ["If-None-Match: *"]))
        == WriteConditions(ifNoneMatchAny: true))
  }

  @Test(arguments: [["If-None-Match: \"a\""], ["If-None-Match: *", "If-Match: \"a\""]])
  func writesRefuseOtherConditions(_ headers: [String]) {
    let error = refusal { () throws(S3Error) in _ = try Conditions.write(makeRequest("PUT /b/k", headers)) }
    #expect(error?.code == .notImplemented)
    #expect(error.map { elements($0) } == ["Header=If-None-Match"])
  }
}
