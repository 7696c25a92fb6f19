import HTTP
import Primitives
import Testing

@testable import API

@Suite struct TargetTests {
  static let targets: [(path: String, bucket: String?, key: String?)] = [
    ("/", nil, nil),
    ("/b", "b", nil),
    ("/b/", "b", nil),
    ("/b/k", "b", "k"),
    ("/b//", "b", "/"),
    ("/b//k", "b", "/k"),
    ("/b/k/", "b", "k/"),
    ("/b/a/../k", "b", "a/../k"),
    ("/b/.", "b", "."),
    ("/b/..", "b", ".."),
    ("/b/a+b", "b", "a+b"),
    ("/b/a%2Fb%20c", "b", "a/b c"),
    ("/b/%F0%9F%92%A7", "b", "💧"),
    ("/b/trailing%20", "b", "trailing "),
    ("/%62/k", "b", "k"),
    ("/b/k?versionId=1", "b", "k"),
    ("//k", "", "k"),
  ]

  @Test(arguments: targets) func pathStyle(_ path: String, _ bucket: String?, _ key: String?) throws {
    let target = try RequestTarget.parse(head("GET \(path)"), domains: ["s3.example"])
    #expect(target.bucket == bucket)
    #expect(target.key?.bytes == key.map { bytes($0) })
    #expect(!target.isVirtualHost)
  }

  @Test func theTwoFormsOfAnAccentAreTwoKeys() throws {
    let composed = try RequestTarget.parse(head("GET /b/%C3%A9"), domains: [])
    let decomposed = try RequestTarget.parse(head("GET /b/e%CC%81"), domains: [])
    #expect(composed.key != decomposed.key)
  }

  static let hosts: [(host: String, path: String, bucket: String?, key: String?, isVirtual: Bool)] = [
    ("b.s3.example", "/k", "b", "k", true),
    ("b.s3.example:9000", "/k/l", "b", "k/l", true),
    ("B.S3.Example", "/", "b", nil, true),
    ("a.b.s3.example", "/k", "a.b", "k", true),
    ("s3.example", "/b/k", "b", "k", false),
    ("xs3.example", "/b/k", "b", "k", false),
    (".s3.example", "/b/k", "b", "k", false),
    ("127.0.0.1:9000", "/b/k", "b", "k", false),
    ("[::1]:9000", "/b/k", "b", "k", false),
    ("b.other.example", "/c/k", "c", "k", false),
    ("b.two.example", "//k", "b", "/k", true),
  ]

  @Test(arguments: hosts)
  func hostStyle(_ host: String, _ path: String, _ bucket: String?, _ key: String?, _ isVirtual: Bool) throws
  {
    let target = try RequestTarget.parse(
      head("GET \(path)", ["Host: \(host)"]), domains: ["s3.example", "two.example"])
    #expect(target.bucket == bucket)
    #expect(target.key?.string == key)
    #expect(target.isVirtualHost == isVirtual)
  }

  static let broken = ["/b/%", "/b/%4", "/b/%zz", "/%zz/k", "/b/%FF", "/b/%C3%28", "/b/%ED%A0%80"]

  @Test(arguments: broken) func refusesWhatDoesNotDecode(_ path: String) {
    let error = refusal { () throws(S3Error) in _ = try RequestTarget.parse(head("GET \(path)"), domains: [])
    }
    #expect(error?.code == .invalidURI)
    #expect(error.map { elements($0) } == ["URI=\(path)"])
  }

  @Test func keysHave1024BytesAtMost() throws {
    let longest = String(repeating: "k", count: 1024)
    #expect(try RequestTarget.parse(head("GET /b/\(longest)"), domains: []).key?.bytes.count == 1024)
    let error = refusal { () throws(S3Error) in
      _ = try RequestTarget.parse(head("GET /b/\(longest)k"), domains: [])
    }
    #expect(error?.code == .keyTooLong)
    #expect(error.map { elements($0) } == ["Size=1025", "MaxSizeAllowed=1024"])
  }
}

@Suite struct QueryParametersTests {
  @Test func decodesAndTakesTheFirst() throws {
    let query = try QueryParameters(slice("a=1&b=x+y%2Bz&a=2&&flag&empty=&%70=q&c=d=e"))
    #expect(query.count == 7)
    #expect(query.value("a").map { text($0) } == "1")
    #expect(query.value("b").map { text($0) } == "x y+z")
    #expect(query.value("flag") == [])
    #expect(query.value("empty") == [])
    #expect(query.value("p").map { text($0) } == "q")
    #expect(query.value("c").map { text($0) } == "d=e")
    #expect(query.value("missing") == nil)
    #expect(query.contains("flag"))
    #expect(!query.contains("fla"))
    #expect(!query.contains("flagg"))
    #expect(query.has("a", value: "1"))
    #expect(!query.has("a", value: "2"))
  }

  @Test func nothingIsNothing() throws {
    #expect(try QueryParameters(nil).count == 0)
    #expect(try QueryParameters([]).count == 0)
    #expect(try QueryParameters(slice("=v")).count == 1)
  }

  @Test(arguments: ["a=%", "a=%1", "a=%GG", "%=1", "a=%%"]) func refusesBadEscapes(_ query: String) {
    #expect(refusal { () throws(S3Error) in _ = try QueryParameters(slice(query)) }?.code == .invalidURI)
  }

  @Test func textMustBeUTF8() throws {
    let query = try QueryParameters(slice("prefix=%FF"))
    let error = refusal { () throws(S3Error) in _ = try query.text("prefix") }
    #expect(error?.code == .invalidArgument)
    #expect(error.map { elements($0) } == ["ArgumentName=prefix"])
  }
}
