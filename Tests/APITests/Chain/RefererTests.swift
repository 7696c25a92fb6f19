import Primitives
import Testing

@testable import API
@testable import Objects

/// From which pages objects may be linked to.
@Suite struct RefererTests {
  private static func rules(
    allowed: [String] = [], denied: [String] = [], empty: Bool = true, query: Bool = true, path: Bool = false
  ) -> RefererRules {
    var rules = RefererRules()
    (rules.allowed, rules.denied) = (allowed, denied)
    (rules.allowsEmpty, rules.ignoresQuery, rules.ignoresPath) = (empty, query, path)
    return rules
  }

  @Test(arguments: [
    ("", "", true), ("*", "", true), ("?", "", false), ("http://*.a/", "http://b.a/", true),
    ("http://*.a/", "http://b.a/c", false), ("http://?.a/", "http://bb.a/", false),
    ("*a*b*c", "xaxbxbxc", true), ("*a*b*c", "xaxcxb", false), ("a", "a", true), ("a", "ab", false),
    ("a**", "a", true), ("http://*/x?y", "http://h/xzy", true),
  ])
  func patterns(_ pattern: String, _ text: String, _ isMatch: Bool) {
    #expect(RefererCheck.matches(bytes(pattern), slice(text)) == isMatch)
  }

  /// A pattern of stars costs no more than the product of both lengths.
  @Test func manyStarsAreNoWork() {
    let pattern = String(repeating: "*a", count: 200) + "b"
    #expect(!RefererCheck.matches(bytes(pattern), slice(String(repeating: "a", count: 20_000))))
  }

  @Test func listsDecide() {
    func permits(_ rules: RefererRules, _ referer: String) -> Bool {
      RefererCheck.permits(rules, slice(referer))
    }
    let page = "http://a.example/x?y=1"
    #expect(permits(Self.rules(), page) && permits(Self.rules(), ""))
    // Without a list of those that may, none will do whatever is said of it.
    #expect(permits(Self.rules(empty: false), ""))
    let listed = Self.rules(allowed: ["http://*.example/x"], empty: false)
    #expect(permits(listed, page) && !permits(listed, "") && !permits(listed, "http://b.org/x"))
    #expect(permits(Self.rules(allowed: ["http://b"]), ""))
    #expect(!permits(Self.rules(allowed: ["http://*.example/x"], query: false), page))
    #expect(!permits(Self.rules(allowed: ["*"], denied: ["http://a.*"]), page))
    #expect(permits(Self.rules(denied: ["http://b.*"]), page) && permits(Self.rules(denied: ["*"]), ""))
    #expect(permits(Self.rules(allowed: ["http://a.example"], path: true), page))
    #expect(!permits(Self.rules(allowed: ["http://a.example"]), page))
    #expect(permits(Self.rules(allowed: ["http://a.example"], path: true), "http://a.example"))
  }

  /// Only URLs are judged, and only for objects.
  @Test func onlyURLsAreJudged() throws {
    var settings = BucketSettings()
    settings.referers = Self.rules(allowed: ["http://a"], empty: false)
    func isRefused(_ line: String, _ headers: [String]) throws -> Bool {
      let request = try makeRequest(line, headers, settings: settings)
      return refusal { () throws(S3Error) in try RefererCheck.check(request) }?.code == .accessDenied
    }
    #expect(try isRefused("GET /b/k", []) && isRefused("GET /b/k", ["Referer: http://b"]))
    #expect(try !isRefused("GET /b/k", ["Referer: http://a"]))
    #expect(try !isRefused("GET /b/k", ["Authorization: AWS a:b"]))
    #expect(try !isRefused("GET /b", []))
  }

  @Test func documentsComeBack() throws {
    func read(_ elements: String) throws(S3Error) -> RefererRules {
      let root = "RefererConfiguration"
      return try RefererDocument.read(
        RequestDocument.parse(bytes("<\(root)>\(elements)</\(root)>"), root: root))
    }
    let full =
      "<AllowEmptyReferer>false</AllowEmptyReferer><AllowTruncateQueryString>true</AllowTruncateQueryString>"
      + "<TruncatePath>true</TruncatePath><RefererList><Referer>http://a</Referer>"
      + "<Referer>http://*.b</Referer></RefererList><RefererBlacklist><Referer>c?</Referer></RefererBlacklist>"
    let rules = try read(full)
    var xml = XMLWriter(capacity: 256)
    RefererDocument.write(rules, to: &xml)
    #expect(text(xml.bytes).hasSuffix("<RefererConfiguration>\(full)</RefererConfiguration>"))
    #expect(
      rules == Self.rules(allowed: ["http://a", "http://*.b"], denied: ["c?"], empty: false, path: true))
    let plain = "<AllowEmptyReferer>true</AllowEmptyReferer><RefererList/>"
    #expect(try read(plain) == RefererRules())
    let wrong: [(String, S3ErrorCode)] = [
      ("", .malformedXML), ("<RefererList/>", .malformedXML), (plain + "<Else/>", .malformedXML),
      ("<AllowEmptyReferer>x</AllowEmptyReferer><RefererList/>", .malformedXML),
      ("<AllowEmptyReferer>true</AllowEmptyReferer><RefererList><Page/></RefererList>", .malformedXML),
      (
        plain + "<AllowTruncateQueryString>false</AllowTruncateQueryString><TruncatePath>true</TruncatePath>",
        .invalidArgument
      ),
    ]
    for (elements, code) in wrong {
      #expect(refusal { () throws(S3Error) in _ = try read(elements) }?.code == code, "\(elements)")
    }
  }
}
