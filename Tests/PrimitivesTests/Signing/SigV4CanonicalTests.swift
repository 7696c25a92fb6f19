import Primitives
import Testing

@Suite struct SigV4CanonicalTests {
  @Test(arguments: [
    ("", "/"), ("/", "/"), ("/a/b", "/a/b"), ("//a//", "//a//"), ("/./a/../b", "/./a/../b"),
    ("/a%20b", "/a%20b"), ("/a+b", "/a%2Bb"), ("/a%2bb", "/a%2Bb"), ("/a%2fb", "/a/b"), ("/a%2Fb", "/a/b"),
    ("/%7e~", "/~~"), ("/%41", "/A"), ("/!*'()", "/%21%2A%27%28%29"), ("/:@=,;&$", "/%3A%40%3D%2C%3B%26%24"),
    ("/%", "/%25"), ("/%4", "/%254"), ("/%zz", "/%25zz"), ("/%2", "/%252"), ("/%%41", "/%25A"),
    ("/ü", "/%C3%BC"), ("/%c3%bc", "/%C3%BC"), ("/%00", "/%00"), ("/%25", "/%25"), ("/%2525", "/%2525"),
    ("/a\"b<c>d\\e^f`g{h|i}", "/a%22b%3Cc%3Ed%5Ce%5Ef%60g%7Bh%7Ci%7D"),
  ])
  func path(_ raw: String, _ canonical: String) {
    var output: [UInt8] = []
    SigV4Canonical.appendPath(raw.utf8.span, to: &output)
    #expect(String(decoding: output, as: Unicode.UTF8.self) == canonical)
  }

  @Test(arguments: [
    ("", ""), ("a", "a="), ("a=", "a="), ("a=1&b=2", "a=1&b=2"), ("b=2&a=1", "a=1&b=2"),
    ("a=2&a=1", "a=1&a=2"), ("a=b=c", "a=b%3Dc"), ("=x", "=x"), ("&&a&", "a="),
    ("p=a/b", "p=a%2Fb"), ("p=a+b", "p=a%20b"), ("p=a%2Bb", "p=a%2Bb"), ("p=%e4", "p=%E4"),
    // A name that is the beginning of another sorts first, although "-" and "." sort before "=".
    ("a-b=1&a=2&a.b=3&a0=4", "a=2&a-b=1&a.b=3&a0=4"),
    // By encoded text: "%" sorts before letters and digits.
    ("a=1&%C3%BC=2&A=3", "%C3%BC=2&A=3&a=1"), ("~=1&z=2", "z=2&~=1"),
    ("X-Amz-Signature=abc&a=1", "X-Amz-Signature=abc&a=1"),
  ])
  func query(_ raw: String, _ canonical: String) {
    var output = Array("before".utf8)
    SigV4Canonical.appendQuery(raw.utf8.span, omittingSignature: false, to: &output)
    #expect(String(decoding: output, as: Unicode.UTF8.self) == "before" + canonical)
  }

  @Test(arguments: [
    ("a=1&X-Amz-Signature=abc", "a=1"), ("X-Amz-Signature=abc", ""), ("X-Amz-Signature&b", "b="),
    ("z=1&X-Amz-Signature=abc&b=2", "b=2&z=1"),
    ("X-Amz-SignatureX=1&x-amz-signature=2", "X-Amz-SignatureX=1&x-amz-signature=2"),
  ])
  func presignedQuery(_ raw: String, _ canonical: String) {
    var output: [UInt8] = []
    SigV4Canonical.appendQuery(raw.utf8.span, omittingSignature: true, to: &output)
    #expect(String(decoding: output, as: Unicode.UTF8.self) == canonical)
  }

  /// A parameter without a value is its name alone, and the signature is left out.
  @Test(arguments: [
    ("", ""), ("a", "a"), ("a=", "a"), ("a=1&b=2", "a=1&b=2"), ("b=&a", "a&b"), ("%61=", "a"),
    ("a-b=1&a=2&a", "a&a=2&a-b=1"), ("p=a/b+c", "p=a%2Fb%20c"), ("=x", "=x"), ("a==", "a=%3D"),
    ("z&x-oss-signature=abc&b=2", "b=2&z"),
    ("x-oss-signature-version=1&x-oss-signature", "x-oss-signature-version=1"),
  ])
  func queryOfOSS(_ raw: String, _ canonical: String) {
    var output = Array("before".utf8)
    SigV4Canonical.appendOSSQuery(raw.utf8.span, to: &output)
    #expect(String(decoding: output, as: Unicode.UTF8.self) == "before" + canonical)
  }

  @Test(arguments: [
    ("", ""), ("a", "a"), ("  a  ", "a"), ("a   b", "a b"), ("a \t b\t", "a b"), (" \t ", ""),
    ("\"a  b\"", "\"a b\""),
  ])
  func headerValue(_ raw: String, _ canonical: String) {
    var output: [UInt8] = []
    SigV4Canonical.appendHeaderValue(raw.utf8.span, to: &output)
    #expect(String(decoding: output, as: Unicode.UTF8.self) == canonical)
  }

  /// Whatever the bytes: no trap, and the canonical form of a canonical form is itself.
  @Test func canonicalIsAFixedPoint() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("aA0%2fF&=+/ ~-._\u{e9}!".utf8) + [0, 255, 0x80]
    for _ in 0..<4000 {
      let raw = (0..<Int.random(in: 0..<24, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? 0
      }
      var path: [UInt8] = []
      SigV4Canonical.appendPath(raw.span, to: &path)
      var again: [UInt8] = []
      SigV4Canonical.appendPath(path.span, to: &again)
      #expect(again == path)
      var query: [UInt8] = []
      SigV4Canonical.appendQuery(raw.span, omittingSignature: false, to: &query)
      again = []
      SigV4Canonical.appendQuery(query.span, omittingSignature: false, to: &again)
      #expect(again == query)
    }
  }

  @Test(arguments: [
    ("", ""), ("a", "a"), ("%41+b%2B", "A b+"), ("%", nil), ("a%4", nil), ("%zz", nil), ("%00", "\0"),
  ])
  func queryDecoding(_ raw: String, _ decoded: String?) {
    let found = raw.utf8.span.queryDecoded()
    #expect(found == decoded.map { Array($0.utf8) })
  }

  /// Digits by arithmetic, against the plain way.
  @Test func signatureDigits() {
    let key = HMACSHA256Key([1])
    for index in 0..<64 {
      let signature = SigV4.signature([UInt8(index)], key: key)
      #expect(
        String(decoding: signature, as: Unicode.UTF8.self) == Hex.encode(key.authenticate([UInt8(index)])))
      // Not within `#expect`: its macro cannot carry a span.
      let isAccepted = { (text: [UInt8]) in SigV4.isSignature(text.span, of: [UInt8(index)], key: key) }
      var wrong = signature
      wrong[index] ^= 1
      #expect(isAccepted(signature))
      #expect(!isAccepted(wrong))
      #expect(!isAccepted(signature.dropLast()))
    }
  }

  @Test(arguments: [
    SigV4Payload.unsigned, .empty, .streamingSigned, .streamingSignedTrailer, .streamingUnsignedTrailer,
    .streamingECDSA,
  ])
  func payloadRoundTrip(_ payload: SigV4Payload) {
    #expect(SigV4Payload(headerValue: Array(payload.headerValue.utf8)[...]) == payload)
  }

  @Test(arguments: ["", "unsigned-payload", "STREAMING-", String(repeating: "g", count: 64), "e3b0"])
  func noPayload(_ text: String) {
    #expect(SigV4Payload(headerValue: Array(text.utf8)[...]) == nil)
  }
}
