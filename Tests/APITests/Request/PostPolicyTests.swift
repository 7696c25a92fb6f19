import HTTP
import Primitives
import Testing

@testable import API

@Suite struct PostPolicyTests {
  private static let now = Timestamp(seconds: 1_700_000_000)

  private static func form(_ fields: [(String, String)], filename: String = "f.txt") throws -> PostForm {
    let boundary = try FormBoundary(contentType: Array("multipart/form-data; boundary=b".utf8)[...])
    var parser = FormFieldParser(boundary)
    let parts = fields.map { "--b\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n" }
    let file =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(filename)\"\r\nContent-Type: a/b\r\n\r\n"
    _ = try parser.take(Array((parts.joined() + file).utf8)[...])
    return PostForm(parser)
  }

  private static func policy(
    _ conditions: String, expiration: String = "2099-01-01T00:00:00Z", forms: FormSpelling = .s3
  ) throws(S3Error) -> PostPolicy {
    let text = "{\"expiration\": \"\(expiration)\", \"conditions\": [\(conditions)]}"
    return try PostPolicy(Array(Base64.encode(Array(text.utf8)).utf8), forms)
  }

  /// Nil: the form may be used.
  private static func refusal(
    _ conditions: String, _ fields: [(String, String)], expiration: String = "2099-01-01T00:00:00Z",
    forms: FormSpelling = .s3
  ) throws -> String? {
    let form = try form(fields)
    do throws(S3Error) {
      try policy(conditions, expiration: expiration, forms: forms)
        .check(form, bucket: "photos", now: now, forms)
      return nil
    } catch {
      return "\(error.code): \(error.message)"
    }
  }

  @Test func conditionsHold() throws {
    let key = [("key", "user/a/f")]
    for (conditions, fields) in [
      (#"{"bucket": "photos"}, ["eq", "$key", "user/a/f"]"#, key),
      (#"["starts-with", "$key", "user/"]"#, key),
      (#"["starts-with", "$Key", ""]"#, key), (#"{"KEY": "user/a/f"}"#, key),
      (#"["starts-with","$key",""],["content-length-range", 1, 10]"#, key),
      (#"["eq","$key","user\/a\/f"]"#, key), (#"["eq","$key","user/\u0061/f"]"#, key),
      (
        #"["eq","$x-amz-meta-a","1,2"],{"key":"k"}"#,
        [("key", "k"), ("x-amz-meta-a", "1"), ("X-Amz-Meta-A", "2")]
      ),
      (
        #"{"key":"k"},["starts-with","$Content-Type","image/"]"#,
        [("key", "k"), ("Content-Type", "image/a, image/b")]
      ),
      (
        #"{"key":"k"}"#,
        [("key", "k"), ("x-ignore-this", "x"), ("AWSAccessKeyId", "x"), ("policy", "x"), ("Signature", "x")]
      ),
      (#"{"key":"\$a"}"#, [("key", "$a")]), (#"{"key":"😀"}"#, [("key", "😀")]),
      (#"{"key":"\ud83d\ude00"}"#, [("key", "😀")]),
    ] {
      #expect(try Self.refusal(conditions, fields) == nil, "\(conditions)")
    }
  }

  @Test func conditionsFail() throws {
    let key = [("key", "k")]
    let start = "AccessDenied: Invalid according to Policy: "
    for (conditions, fields, reason) in [
      (#"{"bucket": "other"},{"key":"k"}"#, key, #"Policy Condition failed: ["eq", "$bucket", "other"]"#),
      (
        #"["starts-with", "$key", "user/"]"#, key,
        #"Policy Condition failed: ["starts-with", "$key", "user/"]"#
      ),
      (
        #"{"key":"k"},["starts-with","$Content-Type",""]"#, key,
        #"Policy Condition failed: ["starts-with", "$Content-Type", ""]"#
      ),
      (
        #"{"key":"k"},["starts-with","$content-type","image/"]"#,
        [("key", "k"), ("content-type", "image/a,text/b")],
        #"Policy Condition failed: ["starts-with", "$content-type", "image/"]"#
      ),
      (
        #"{"key":"k"}"#, [("key", "k"), ("acl", "private"), ("submit", "")], "Extra input fields: acl, submit"
      ),
      // The same to eyes, and to Swift, but not the same bytes.
      (#"{"key":"e\u0301"}"#, [("key", "é")], "Policy Condition failed: [\"eq\", \"$key\", \"e\u{301}\"]"),
    ] {
      #expect(try Self.refusal(conditions, fields) == start + reason, "\(conditions)")
    }
    #expect(
      try Self.refusal(#"{"key":"k"}"#, key, expiration: "2020-01-01T00:00:00.000Z") == start
        + "Policy expired.")
  }

  /// OSS asks for less, and knows more.
  @Test func conditionsOfOSS() throws {
    let fields = [("key", "k"), ("Content-Type", "image/png"), ("submit", "x")]
    for conditions in [
      "", #"["in","$content-type",["image/jpg","image/png"]]"#, #"["not-in","$cache-control",["no-cache"]]"#,
      #"["eq","key","k"]"#, #"["not-in","$content-type",["a/b"]]"#,
    ] {
      #expect(try Self.refusal(conditions, fields, forms: .oss) == nil, "\(conditions)")
    }
    for (conditions, more) in [
      (#"["in","$content-type",["image/jpg"]]"#, []), (#"["in","$cache-control",["x"]]"#, []),
      (#"["not-in","$content-type",["image/png"]]"#, []), ("", [("x-oss-credential", "x")]),
    ] {
      #expect(
        try Self.refusal(conditions, fields + more, forms: .oss)?.hasPrefix("AccessDenied") == true,
        "\(conditions)")
    }
    #expect(try Self.refusal(#"["in","$key",["k"]]"#, fields)?.hasPrefix("InvalidPolicyDocument") == true)
  }

  @Test func lengths() throws {
    #expect(try Self.policy(#"["content-length-range", 1, 10]"#).length == 1...10)
    #expect(
      try Self.policy(#"["content-length-range", "0", "10"],["content-length-range",5,99]"#).length == 5...10)
    #expect(try Self.policy("").length == nil)
  }

  @Test(arguments: [
    "", "!", "{", "[]", "{}", #"{"expiration":"2099-01-01T00:00:00Z"}"#, #"{"conditions":[]}"#,
    #"{"expiration":"tomorrow","conditions":[]}"#, #"{"expiration":1,"conditions":[]}"#,
    #"{"expiration":"2099-01-01T00:00:00Z","conditions":{}}"#,
    #"{"expiration":"2099-01-01T00:00:00Z","conditions":[],"more":1}"#,
    #"{"expiration":"2099-01-01T00:00:00Z","conditions":[]} x"#,
    #"{"expiration":"2099-01-01T00:00:00Z","expiration":"2099-01-01T00:00:00Z","conditions":[]}"#,
  ])
  func noPolicy(_ text: String) {
    let encoded = text == "!" ? Array("!".utf8) : Array(Base64.encode(Array(text.utf8)).utf8)
    #expect { try PostPolicy(encoded, .s3) } throws: {
      ($0 as? S3Error)?.code == .invalidPolicyDocument
    }
  }

  @Test(arguments: [
    "123", #"{"a":"b","c":"d"}"#, "{}", #"{"a":1}"#, #"["eq","$a"]"#, #"["eq","a","b"]"#, #"["is","$a","b"]"#,
    #"["eq","$a",1]"#, #"["content-length-range",2,1]"#, #"["content-length-range",-1,1]"#,
    #"["content-length-range",1.5,2]"#, #"["content-length-range",0,5],["content-length-range",6,7]"#,
    "[[[[[[[[[[]]]]]]]]]]",
    #"{"a":"\x"}"#, #"{"a":"\ud83d"}"#, "{\"a\":\"\u{1}\"}",
  ])
  func noCondition(_ text: String) {
    #expect { try Self.policy(text) } throws: { ($0 as? S3Error)?.code == .invalidPolicyDocument }
  }

  @Test func fieldsBecomeHeaders() throws {
    let form = try Self.form(
      [
        ("key", "a/${filename}/${filename}"), ("acl", "private"), ("Content-Type", "x/y"),
        ("X-Amz-Meta-N", "${filename}"),
        ("x-amz-signature", "s"), ("x-amz-meta-ü", "u"), ("Cache-Control", ""), ("tagging", "<x/>"),
        ("x-amz-security-token", "t"), ("x-amz-content-sha256", "s"), ("x-amz-trailer", "t"),
        ("x-oss-meta-a", "b"), ("x-oss-signature", "s"), ("x-oss-Security-Token", "t"), ("x-oss-date", "d"),
        ("x-oss-content-sha256", "s"),
      ], filename: "C:\\dir/name.txt")
    #expect(form.value("key").map { String(decoding: $0, as: Unicode.UTF8.self) } == "a/name.txt/name.txt")
    let head = HeaderFields(
      [("host", "h"), ("content-type", "multipart/form-data"), ("x-amz-acl", "public-read"), ("origin", "o")]
        .map { (Array($0.0.utf8), Array($0.1.utf8)) })
    func shown(_ dialect: Dialect) throws -> [String] {
      let headers = try form.headers(besides: head, dialect.forms)
      return (0..<headers.count).map { "\(headers[$0].name.lossyText): \(headers[$0].value.lossyText)" }
    }
    #expect(
      try shown(.s3) == [
        "host: h", "origin: o", "x-amz-acl: private", "content-type: x/y", "x-amz-meta-n: name.txt",
      ])
    #expect(try shown(.oss) == ["host: h", "origin: o", "x-oss-meta-a: b", "content-type: x/y"])
    #expect(PostForm.dialect(of: ["key", "OSSAccessKeyId"]) === Dialect.oss)
    #expect(PostForm.dialect(of: ["key", "X-Amz-Date", "x-oss-date"]) === Dialect.s3)
    #expect(PostForm.dialect(of: ["key", "policy", "signature"]) == nil)
    let bad = try Self.form([("x-amz-meta-a", "b\u{7}")])
    #expect(throws: FormError.self) { try bad.headers(besides: head, .s3) }
  }
}
