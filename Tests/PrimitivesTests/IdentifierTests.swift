import Testing

@testable import Primitives

struct BucketNameTests {
  @Test(
    arguments: [
      "abc", "a-b", "a.b.c", "1234", "my-bucket.2026", String(repeating: "a", count: 63), "1.2.3",
      "1.2.3.4.5",
      "a1.2.3.4", "a--b", "an", "bucket-an", "xn-a", "sthree", "1234.1.1.1",
    ].filter { $0.utf8.count > 2 })
  func accepted(name: String) throws {
    #expect(try BucketName(validating: name).string == name)
  }

  @Test(arguments: [
    ("", InvalidBucketName.length(0)), ("ab", .length(2)), (String(repeating: "a", count: 64), .length(64)),
    ("Abc", .character), ("a_b", .character), ("a b", .character), ("a/b", .character), ("äbc", .character),
    ("a\0b", .character), ("-abc", .edge), ("abc-", .edge), (".abc", .edge), ("abc.", .edge),
    ("a..b", .adjacentPeriods), ("192.168.5.4", .addressLike), ("999.1.1.1", .addressLike),
    ("xn--abc", .reserved("xn--")), ("sthree-abc", .reserved("sthree-")),
    ("sthree-configurator-x", .reserved("sthree-")), ("amzn-s3-demo-bucket", .reserved("amzn-s3-demo-")),
    ("abc-s3alias", .reserved("-s3alias")), ("abc--ol-s3", .reserved("--ol-s3")),
    ("abc.mrap", .reserved(".mrap")), ("abc--x-s3", .reserved("--x-s3")),
    ("abc--table-s3", .reserved("--table-s3")),
  ])
  func refused(name: String, reason: InvalidBucketName) {
    #expect(throws: reason) { try BucketName(validating: name) }
    #expect(!reason.description.isEmpty)
  }

  @Test func lookupTakesWhatWasLegalOnce() {
    #expect(BucketName(lookup: "Old_Bucket")?.string == "Old_Bucket")
    #expect(BucketName(lookup: "ab")?.string == "ab")
    #expect(BucketName(lookup: String(repeating: "a", count: 255)) != nil)
    #expect(BucketName(lookup: String(repeating: "a", count: 256)) == nil)
    #expect(BucketName(lookup: "") == nil)
    #expect(BucketName(lookup: "a/b") == nil)
    #expect(BucketName(lookup: "é") == nil)
  }

  @Test func orderIsByteOrder() throws {
    let names = try ["b-a", "b.a", "b1", "ba", "aaa-z"].map { try BucketName(validating: "x" + $0) }
    #expect(names.sorted().map(\.string) == ["xaaa-z", "xb-a", "xb.a", "xb1", "xba"])
  }
}

struct ObjectKeyTests {
  @Test(arguments: [
    "a", "//", ".", "..", "a/../b", " trailing ", "😀", "line\nfeed", "\0", "é", "e\u{301}",
  ])
  func accepted(text: String) throws {
    let key = try ObjectKey(validating: Array(text.utf8))
    #expect(key.bytes == Array(text.utf8))
    #expect(Array(key.string.utf8) == key.bytes)
  }

  @Test func limits() throws {
    #expect(throws: InvalidObjectKey.empty) { try ObjectKey(validating: []) }
    _ = try ObjectKey(validating: [UInt8](repeating: 0x61, count: 1024))
    #expect(throws: InvalidObjectKey.tooLong(1025)) {
      try ObjectKey(validating: [UInt8](repeating: 0x61, count: 1025))
    }
    for bad in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x61, 0xC3], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]]
    {
      #expect(throws: InvalidObjectKey.notUTF8) { try ObjectKey(validating: bad) }
    }
  }

  /// The two spellings of é are equal as `String` and two keys all the same.
  @Test func unicodeFormsStayApart() throws {
    let composed = try ObjectKey(validating: Array("é".utf8))
    let decomposed = try ObjectKey(validating: Array("e\u{301}".utf8))
    #expect(composed.string == decomposed.string)
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(decomposed < composed)
  }

  @Test func orderIsByteOrder() throws {
    let texts = ["a", "a!", "a/b", "aa", "b", "é", "\u{FFFD}", "😀", "a\0"]
    let keys = try texts.map { try ObjectKey(validating: Array($0.utf8)) }
    let expected = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(keys.sorted().map(\.bytes) == expected)
    for a in keys {
      for b in keys {
        #expect(
          (a < b, a == b, b < a) == (
            a.bytes.lexicographicallyPrecedes(b.bytes), a.bytes == b.bytes,
            b.bytes.lexicographicallyPrecedes(a.bytes)
          ))
      }
    }
  }
}
