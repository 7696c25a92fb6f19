import Objects
import Testing

@testable import API
@testable import HTTP

@Suite struct MetadataTests {
  @Test func namesAreJoinedAndSorted() throws {
    let request = try makeRequest(
      "PUT /b/k",
      ["X-Amz-Meta-Zeta: z", "x-amz-meta-alpha: one", "x-amz-meta-empty:", "X-AMZ-META-Alpha: two"])
    let metadata = try MetadataHeaders.read(request.headers, .s3)
    #expect(metadata.entries.map { "\($0.name)=\($0.value)" } == ["alpha=one,two", "empty=", "zeta=z"])
  }

  @Test func valuesMayBeUTF8OrLatin1() throws {
    var raw = bytes("PUT /b/k HTTP/1.1\r\nHost: h\r\nx-amz-meta-latin: caf")
    raw += [0xE9] + bytes("\r\nx-amz-meta-utf: café\r\n\r\n")
    let metadata = try MetadataHeaders.read(head(raw).headers, .s3)
    #expect(metadata.entries.map(\.value) == ["café", "café"])
  }

  @Test func twoKilobytesAtMost() throws {
    let fits = ["x-amz-meta-ab: " + String(repeating: "v", count: 2046)]
    #expect(
      try MetadataHeaders.read(head("PUT /b/k", fits).headers, .s3).entries.count == 1)
    let error = refusal { () throws(S3Error) in
      _ = try MetadataHeaders.read(
        head("PUT /b/k", fits + ["x-amz-meta-c:"]).headers, .s3)
    }
    #expect(error?.code == .metadataTooLarge)
    #expect(error.map { elements($0) } == ["Size=2049", "MaxSizeAllowed=2048"])
  }

  @Test func comesBackAsHeadersCanCarryIt() {
    var head = ResponseHead(status: 200)
    let metadata = UserMetadata([
      ("plain", "a b"), ("accent", "café"), ("control", "a\u{1}b"), ("empty", ""), ("newline", "a\nb"),
    ])
    MetadataHeaders.add(metadata, to: &head, .s3)
    #expect(
      SeenReply(head, []).headers == [
        "x-amz-meta-accent: =?UTF-8?B?Y2Fmw6k=?=", "x-amz-meta-empty: ", "x-amz-meta-plain: a b",
        "x-amz-missing-meta: 2",
      ])
  }

  static let words: [(encoded: String, text: String)] = [
    ("plain", "plain"),
    ("=?UTF-8?B?Y2Fmw6k=?=", "café"),
    ("=?utf-8?b?Y2Fmw6k=?=", "café"),
    ("=?UTF-8?Q?caf=C3=A9_x?=", "café x"),
    ("=?ISO-8859-1?Q?caf=E9?=", "café"),
    ("a =?UTF-8?B?w6k=?= b", "a é b"),
    ("=?UTF-8?B?w6k=?= =?UTF-8?B?w6k=?=", "éé"),
    ("=?UTF-8?B?w6k=?= x =?UTF-8?B?w6k=?=", "é x é"),
    ("=?UTF-8?B?!!?=", "=?UTF-8?B?!!?="),
    ("=?UTF-8?X?abc?=", "=?UTF-8?X?abc?="),
    ("=?KOI8-R?B?w6k=?=", "=?KOI8-R?B?w6k=?="),
    ("=?UTF-8?B?/w==?=", "=?UTF-8?B?/w==?="),
    ("=?", "=?"),
    ("a=b?c", "a=b?c"),
    ("=?UTF-8?Q?=4?=", "=?UTF-8?Q?=4?="),
  ]

  @Test(arguments: words) func decodesEncodedWords(_ encoded: String, _ expected: String) {
    #expect(EncodedWord.decode(encoded) == expected)
  }

  @Test(arguments: ["é", "日本語のメタデータ", String(repeating: "é💧", count: 60)])
  func encodedWordsComeBack(_ original: String) {
    let encoded = EncodedWord.encode(original)
    #expect(encoded.split(separator: " ").allSatisfy { $0.utf8.count <= 75 })
    #expect(HeaderText.isPrintableASCII(encoded))
    #expect(EncodedWord.decode(encoded) == original)
  }
}

@Suite struct StoredHeadersTests {
  @Test func areStoredAsTheyCome() throws {
    let stored = try StoredHeaders.read(
      head(
        "PUT /b/k",
        [
          "Content-Type: text/plain; charset=utf-8", "Cache-Control: max-age=5", "Expires: soon",
          "Content-Disposition: attachment; filename=\"a b\"", "Content-Language: de, en",
          "Content-Encoding: gzip", "x-amz-website-redirect-location: /elsewhere",
        ]
      ).headers, .s3)
    #expect(
      stored
        == SystemMetadata(
          contentType: "text/plain; charset=utf-8", cacheControl: "max-age=5",
          contentDisposition: "attachment; filename=\"a b\"", contentEncoding: "gzip",
          contentLanguage: "de, en", expires: "soon", websiteRedirectLocation: "/elsewhere"))
    #expect(try StoredHeaders.read(head("PUT /b/k").headers, .s3) == SystemMetadata())
    #expect(try StoredHeaders.read(head("PUT /b/k", ["Content-Type:"]).headers, .s3) == SystemMetadata())
  }

  static let encodings: [(fields: [String], stored: String?)] = [
    (["aws-chunked"], nil),
    (["aws-chunked,gzip"], "gzip"),
    (["gzip, aws-chunked"], "gzip"),
    (["AWS-Chunked"], nil),
    (["gzip,deflate"], "gzip,deflate"),
    (["aws-chunked", "br"], "br"),
    ([""], nil),
  ]

  @Test(arguments: encodings) func theTransferEncodingIsNotStored(_ fields: [String], _ stored: String?) {
    let request = head("PUT /b/k", fields.map { "Content-Encoding: \($0)" })
    #expect(StoredHeaders.contentEncoding(request.headers) == stored)
  }

  @Test(arguments: ["elsewhere", "ftp://x/", "/" + String(repeating: "a", count: 2048)])
  func refusesRedirectsThatLeadNowhere(_ location: String) {
    let error = refusal { () throws(S3Error) in
      _ = try StoredHeaders.read(
        head("PUT /b/k", ["x-amz-website-redirect-location: \(location)"]).headers, .s3)
    }
    #expect(error?.code == .invalidArgument)
  }

  @Test func overridesReplace() throws {
    let query = try QueryParameters(
      slice("response-content-type=text%2Fhtml&response-expires=&response-content-disposition=a%3B+b"))
    let overrides = try ResponseOverrides.read(query, isAnonymous: false)
    #expect(overrides == SystemMetadata(contentType: "text/html", contentDisposition: "a; b"))
    var head = ResponseHead(status: 200)
    StoredHeaders.add(
      SystemMetadata(contentType: "text/plain", cacheControl: "no-store"), overrides: overrides, to: &head,
      .s3)
    #expect(
      SeenReply(head, []).headers == [
        "Content-Type: text/html", "Cache-Control: no-store", "Content-Disposition: a; b",
      ])
    let error = refusal { () throws(S3Error) in _ = try ResponseOverrides.read(query, isAnonymous: true) }
    #expect(
      error?.message == "Request specific response headers cannot be used for anonymous GET requests.")
    #expect(try ResponseOverrides.read(try QueryParameters(slice("a=b")), isAnonymous: true) == nil)
  }
}
