import Primitives
import Testing

@testable import API
@testable import Objects

/// Cross-origin rules: documents, patterns, and which rule answers.
@Suite struct CrossOriginTests {
  private static func rule(
    _ origins: [String], _ methods: [CrossOriginRules.Method], _ headers: [String] = []
  ) -> CrossOriginRules.Rule {
    var rule = CrossOriginRules.Rule()
    (rule.origins, rule.methods, rule.headers) = (origins, methods, headers)
    return rule
  }

  private static func document(
    _ elements: String, _ form: CrossOriginDocument.Form
  ) throws(S3Error) -> CrossOriginRules {
    let root = "CORSConfiguration"
    return try CrossOriginDocument.read(
      RequestDocument.parse(bytes("<\(root)>\(elements)</\(root)>"), root: root), form)
  }

  private static let plain =
    "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>"

  @Test(arguments: [
    ("*", "", true), ("*", "http://a", true), ("http://a", "http://a", true), ("http://a", "http://A", false),
    ("http://a", "http://ab", false), ("http://*.a", "http://b.a", true), ("http://*.a", "http://.a", true),
    ("http://*.a", "http://a", false), ("ab*ba", "aba", false), ("ab*ba", "abba", true), ("*a", "ba", true),
  ])
  func patterns(_ pattern: String, _ text: String, _ isMatch: Bool) {
    #expect(Pattern.matches(pattern, slice(text)) == isMatch)
  }

  @Test func headersAreMatchedInAnyCase() {
    #expect(Pattern.matches("X-Amz-*", slice("x-amz-DATE"), ignoringCase: true))
    #expect(!Pattern.matches("X-Amz-*", slice("x-amz-date")))
  }

  @Test func theFirstRuleThatMatchesAnswers() {
    let rules = CrossOriginRules(
      [
        Self.rule(["https://*.a"], [.put], ["x-*"]), Self.rule(["*"], [.get]),
        Self.rule(["https://b.a"], [.get, .put], ["y"]),
      ], vary: .matched)
    func answer(_ origin: String, _ method: CrossOriginRules.Method, _ headers: [String] = []) -> Int? {
      let question = CrossOrigin.Question(
        origin: slice(origin), method: method, headers: headers.map { slice($0) }, isPreflight: true)
      guard let match = CrossOrigin.match(rules, question) else { return nil }
      #expect(match.isForAll == (match.rule.origins == ["*"]))
      return rules.rules.firstIndex(of: match.rule)
    }
    #expect(answer("https://b.a", .put, ["x-1"]) == 0)
    #expect(answer("https://b.a", .put, ["x-1", "y"]) == nil)
    #expect(answer("https://b.a", .put, ["Y"]) == 2)
    #expect(answer("http://c", .get) == 1)
    #expect(answer("http://c", .get, ["y"]) == nil)
    #expect(answer("https://b.a", .get, ["y"]) == 2)
    #expect(answer("https://b.a", .head) == nil)
  }

  @Test func documentsComeBack() throws {
    let full =
      "<CORSRule><ID>one</ID><AllowedOrigin>http://a</AllowedOrigin><AllowedOrigin>https://*</AllowedOrigin>"
      + "<AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod><AllowedHeader>x-*</AllowedHeader>"
      + "<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule>\(Self.plain)"
    func written(_ rules: CrossOriginRules, _ form: CrossOriginDocument.Form) -> String {
      var xml = XMLWriter(capacity: 256)
      CrossOriginDocument.write(rules, form, to: &xml)
      return text(xml.bytes)
    }
    let rules = try Self.document(full, .s3)
    #expect(rules.vary == .matched && written(rules, .s3).hasSuffix(full))
    let told = written(rules, .oss)
    #expect(!told.contains("<ID>") && told.hasSuffix("<ResponseVary>false</ResponseVary>"))
    #expect(try Self.document("\(Self.plain)<ResponseVary>true</ResponseVary>", .oss).vary == .always)
    #expect(try Self.document(Self.plain, .oss).vary == .never)
  }

  static let refused: [(elements: String, code: S3ErrorCode)] = [
    ("", .malformedXML), ("<Else/>", .malformedXML), ("<CORSRule/>", .malformedXML),
    ("<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>", .malformedXML),
    ("\(plain)<ResponseVary>true</ResponseVary>", .malformedXML),
    (plain.replacing("<AllowedOrigin>*", with: "<AllowedOrigin>*a*"), .invalidRequest),
    (plain.replacing("<AllowedOrigin>*", with: "<AllowedOrigin>"), .invalidRequest),
    (plain.replacing("GET", with: "OPTIONS"), .invalidRequest),
    (plain.replacing("</CORSRule>", with: "<ExposeHeader>*</ExposeHeader></CORSRule>"), .invalidRequest),
    (plain.replacing("</CORSRule>", with: "<MaxAgeSeconds>x</MaxAgeSeconds></CORSRule>"), .malformedXML),
    (String(repeating: plain, count: 101), .invalidRequest),
  ]

  @Test(arguments: refused) func refuses(_ elements: String, _ code: S3ErrorCode) {
    #expect(refusal { () throws(S3Error) in _ = try Self.document(elements, .s3) }?.code == code)
  }

  @Test func ossTakesFewerRules() throws {
    #expect(try Self.document(String(repeating: Self.plain, count: 20), .oss).rules.count == 20)
    let error = refusal { () throws(S3Error) in
      _ = try Self.document(String(repeating: Self.plain, count: 21), .oss)
    }
    #expect(error?.code == .invalidArgument)
  }
}
