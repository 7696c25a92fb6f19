import Testing

@testable import Primitives

struct EncodingTests {
  @Test func hexRoundTrip() {
    let all = Array(UInt8.min...UInt8.max)
    let text = Hex.encode(all)
    #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
    #expect(Hex.decode(text) == all)
    #expect(Hex.decode(text.uppercased()) == all)
    #expect(Hex.encode(all[3..<5]) == "0304")
    var buffer: [UInt8] = [0x3E]
    Hex.append([0xAB], to: &buffer)
    #expect(buffer == Array(">ab".utf8))
    #expect(Hex.encode([]) == "" && Hex.decode("") == [])
    // A collection without contiguous storage.
    #expect(Hex.encode(all.reversed().lazy.map { $0 }.prefix(2)) == "fffe")
  }

  @Test(arguments: ["0", "0g", "g0", " 00", "0x", "é", "00 ", "/0", ":0", "@0", "`0"])
  func badHex(text: String) { #expect(Hex.decode(text) == nil) }

  /// RFC 4648 section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func base64Vectors(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(plain.utf8))
    var buffer: [UInt8] = [0x20]
    Base64.append(plain.utf8, to: &buffer)
    #expect(buffer == Array((" " + encoded).utf8))
  }

  @Test func base64RoundTrip() {
    var random = TestRandom(seed: 5)
    for length in 0..<200 {
      let bytes = random.bytes(length)
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
    #expect(Base64.encode([0xFB, 0xEF, 0xFF]) == "++//")
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zg===", "=Zg=", "====", "Zm9v=", "Zm9vZg==Zm9v", "Zh==", "Zm9=", "Zm-_", "Zm9\n",
    " Zm9", "Zm9vYg= ", "Z===", "é===",
  ])
  func badBase64(text: String) { #expect(Base64.decode(text) == nil) }

  @Test func uriEncoding() {
    let kept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    #expect(PercentEncoding.uriEncode(kept, keepSlash: false) == kept)
    #expect(PercentEncoding.uriEncode("a/b c+d", keepSlash: true) == "a/b%20c%2Bd")
    #expect(PercentEncoding.uriEncode("a/b", keepSlash: false) == "a%2Fb")
    #expect(PercentEncoding.uriEncode("é*\u{7F}", keepSlash: true) == "%C3%A9%2A%7F")
    for byte in UInt8.min...UInt8.max {
      let isKept = kept.utf8.contains(byte)
      #expect(PercentEncoding.uriEncode([byte], keepSlash: false).utf8.count == (isKept ? 1 : 3))
    }
  }

  @Test func formEncoding() {
    let kept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._*/"
    #expect(PercentEncoding.formEncode(kept.utf8) == kept)
    #expect(PercentEncoding.formEncode("a b+c%d(é)~".utf8) == "a+b%2Bc%25d%28%C3%A9%29%7E")
    for byte in UInt8.min...UInt8.max {
      let isKept = kept.utf8.contains(byte) || byte == 0x20
      #expect(PercentEncoding.formEncode([byte]).utf8.count == (isKept ? 1 : 3))
    }
  }

  @Test func percentDecoding() {
    func decode(_ text: String, plus: Bool = false) -> String? {
      PercentEncoding.decode(text.utf8, plusIsSpace: plus).map { String(decoding: $0, as: UTF8Text.self) }
    }
    #expect(decode("a%2Fb%20%c3%A9+") == "a/b é+")
    #expect(decode("a+b%2B", plus: true) == "a b+")
    #expect(decode("") == "")
    #expect(PercentEncoding.decode("%00%FF".utf8, plusIsSpace: false) == [0, 255])
    for bad in ["%", "%2", "%2g", "%g2", "a%", "%%20", "%+2", "% 2", "abc%2"] { #expect(decode(bad) == nil) }
    var random = TestRandom(seed: 6)
    for _ in 0..<200 {
      let bytes = random.bytes(50)
      let uri = PercentEncoding.uriEncode(bytes, keepSlash: true)
      #expect(PercentEncoding.decode(uri.utf8, plusIsSpace: false) == bytes)
      #expect(PercentEncoding.decode(PercentEncoding.formEncode(bytes).utf8, plusIsSpace: true) == bytes)
    }
  }

  @Test func utf8AgreesWithTheStandardLibrary() {
    var random = TestRandom(seed: 7)
    // Lead and continuation bytes at the edges of table 3-7, so that most draws are nearly valid.
    let edges: [UInt8] = [
      0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
      0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    var valid = 0
    for round in 0..<60_000 {
      let bytes = (0..<(round % 12)).map { _ in edges[Int(random.next() % UInt64(edges.count))] }
      let expected = String(validating: bytes, as: UTF8Text.self) != nil
      if expected { valid += 1 }
      #expect(UTF8.isValid(bytes) == expected, "\(bytes)")
    }
    #expect(valid > 1000)
    let long = Array(repeatElement("ключ/é/😀/plain ascii text", count: 50).joined().utf8)
    #expect(UTF8.isValid(long))
    let ending = long + Array("😀".utf8)
    #expect(UTF8.isValid(ending))
    for cut in 1...3 { #expect(!UTF8.isValid(Array(ending.dropLast(cut)))) }
  }

  @Test func constantTimeComparison() {
    #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
    #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
    #expect(!constantTimeEquals([0x81, 2, 3], [1, 2, 3]))
    #expect(!constantTimeEquals([1, 2], [1, 2, 3]))
    #expect(constantTimeEquals([UInt8](), []))
    #expect(constantTimeEquals("abc".utf8, Array("xabc".utf8).dropFirst()))
  }
}
