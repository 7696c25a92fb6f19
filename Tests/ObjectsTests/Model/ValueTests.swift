import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

@Suite struct ValueTests {
  @Test func etagTexts() {
    let md5 = MD5.hash([])
    #expect(ETag(md5: md5).text == "d41d8cd98f00b204e9800998ecf8427e")
    #expect(ETag(md5: md5, partCount: 12).text == "d41d8cd98f00b204e9800998ecf8427e-12")
    #expect(ETag(md5: md5).md5 == md5)
    #expect(ETag(md5: md5).partCount == nil)
  }

  @Test(arguments: [
    ("*", true), ("\"d41d8cd98f00b204e9800998ecf8427e\"", true),
    ("d41d8cd98f00b204e9800998ecf8427e", true), ("W/\"d41d8cd98f00b204e9800998ecf8427e\"", true),
    ("\"x\", \"d41d8cd98f00b204e9800998ecf8427e\"", true), (" * ", true), ("\"x\"", false), ("", false),
    ("D41D8CD98F00B204E9800998ECF8427E", true), ("\"d41d8cd98f00b204e9800998ecf8427e-1\"", false),
  ])
  func etagMatches(_ field: String, _ matches: Bool) {
    let match = ETagMatch(parsing: field.utf8)
    #expect(match.matches(ETag(md5: MD5.hash([]))) == matches)
  }

  /// RFC 9110, 13.2.2, as the tables of S3 have it.
  @Test func readConditions() {
    let etag = ETag(md5: MD5.hash([]))
    let same = ETagMatch.oneOf([etag.text])
    let other = ETagMatch.oneOf(["x"])
    let modified = Timestamp(milliseconds: 1_000_900)
    let before = Timestamp(seconds: 999)
    let exactly = Timestamp(seconds: 1000)
    let after = Timestamp(seconds: 1001)
    let now = Timestamp(seconds: 5000)
    func verdict(_ conditions: ReadConditions) -> ReadConditions.Verdict {
      conditions.verdict(etag: etag, lastModified: modified, now: now)
    }
    #expect(verdict(.none) == .proceed)
    #expect(verdict(ReadConditions(ifMatch: same, ifUnmodifiedSince: before)) == .proceed)
    #expect(verdict(ReadConditions(ifMatch: other, ifUnmodifiedSince: after)) == .failed(.ifMatch))
    #expect(verdict(ReadConditions(ifUnmodifiedSince: before)) == .failed(.ifUnmodifiedSince))
    #expect(verdict(ReadConditions(ifUnmodifiedSince: exactly)) == .proceed)
    #expect(
      verdict(ReadConditions(ifNoneMatch: same, ifModifiedSince: before)) == .notModified(.ifNoneMatch))
    #expect(verdict(ReadConditions(ifNoneMatch: other, ifModifiedSince: after)) == .proceed)
    #expect(verdict(ReadConditions(ifModifiedSince: exactly)) == .notModified(.ifModifiedSince))
    #expect(verdict(ReadConditions(ifModifiedSince: before)) == .proceed)
    #expect(verdict(ReadConditions(ifModifiedSince: Timestamp(seconds: 6000))) == .proceed)
    #expect(verdict(ReadConditions(ifMatch: same, ifNoneMatch: same)) == .notModified(.ifNoneMatch))
    #expect(verdict(ReadConditions(ifMatch: .any)) == .proceed)
  }

  @Test func uploadIDs() {
    let id = UploadID(created: 0x0102, random: .max)
    #expect(id.text == "0000000000000102ffffffffffffffff")
    #expect(UploadID(text: id.text) == id)
    for bad in ["", "x", id.text.uppercased(), id.text + "0", String(id.text.dropLast()) + "g"] {
      #expect(UploadID(text: bad) == nil)
    }
  }

  @Test func checksumTexts() {
    let value = ObjectChecksum(algorithm: .crc32, type: .composite, value: [1, 2, 3, 4], partCount: 3)
    #expect(value.headerText == "AQIDBA==-3")
    #expect(ChecksumType(name: "full_object") == .fullObject)
    #expect(ChecksumType(name: "x") == nil)
  }

  @Test func escapedKeysKeepOrderAndPrefixes() {
    var generator = SeededGenerator(seed: 7)
    func key() -> [UInt8] {
      (0..<Int.random(in: 0...5, using: &generator)).map { _ in
        [0, 0, 1, 0xFE, 0xFF].randomElement(using: &generator) ?? 0
      }
    }
    for _ in 0..<20_000 {
      let a = key()
      let b = key()
      var escapedA: [UInt8] = []
      var escapedB: [UInt8] = []
      var openA: [UInt8] = []
      EscapedKey.append(a, to: &escapedA)
      EscapedKey.append(b, to: &escapedB)
      EscapedKey.appendOpen(a, to: &openA)
      #expect(a.lexicographicallyPrecedes(b) == escapedA.lexicographicallyPrecedes(escapedB))
      #expect(b.starts(with: a) == escapedB.starts(with: openA))
      let read = unsafe (escapedA + [0xFF, 0]).withUnsafeBytes { unsafe EscapedKey.read($0) }
      #expect(read?.key == a && read?.length == escapedA.count)
    }
  }

  @Test func partSets() {
    let set = PartSet([1, 8, 9, 10_000])
    #expect([1, 8, 9, 10_000].allSatisfy(set.contains))
    #expect([0, 2, 7, 10, 9_999, 10_001, -1].allSatisfy { !set.contains($0) })
    #expect(set.bits.count == 1250)
  }

  /// Cutting pieces and planning reads, against plain bytes.
  @Test func slicesAndPlansNameTheRightBytes() {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      var model = PieceModel()
      let pieces = (0..<Int.random(in: 0...5, using: &generator)).map { _ in model.piece(&generator) }
      let bytes = model.bytes(pieces)
      #expect(Pieces.length(pieces) == UInt64(bytes.count))
      var cut = pieces
      var expected = bytes
      for _ in 0..<3 {
        let lower = Int.random(in: 0...expected.count, using: &generator)
        let upper = Int.random(in: lower...expected.count, using: &generator)
        cut = Pieces.slice(cut, UInt64(lower)..<UInt64(upper))
        expected = Array(expected[lower..<upper])
        #expect(model.bytes(cut) == expected, "seed \(seed)")
        #expect(model.bytes(ReadPlan(cut)) == expected, "seed \(seed)")
      }
    }
  }
}

/// Extents with known bytes.
private struct PieceModel {
  private var contents: [ExtentLocation: [UInt8]] = [:]
  private var next: UInt32 = 1

  mutating func piece(_ generator: inout SeededGenerator) -> Piece {
    if Int.random(in: 0..<3, using: &generator) == 0 {
      return .bytes(patternBytes(Int.random(in: 1...9, using: &generator), seed: generator.next()))
    }
    let extents = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      let bytes = patternBytes(Int.random(in: 1...9, using: &generator), seed: generator.next())
      let extent = ExtentLocation(volume: 0, segment: next, offset: 4096, length: UInt64(bytes.count))
      next += 1
      contents[extent] = bytes
      return extent
    }
    return .slice(BlobSlice(blob: BlobID(high: 0, low: UInt64(next)), extents: extents))
  }

  func bytes(_ pieces: [Piece]) -> [UInt8] {
    pieces.flatMap { piece in
      switch piece {
      case .bytes(let bytes): return bytes
      case .slice(let slice):
        let all = slice.extents.flatMap { contents[$0] ?? [] }
        return Array(all[Int(slice.offset)..<Int(slice.offset + slice.length)])
      }
    }
  }

  func bytes(_ plan: ReadPlan) -> [UInt8] {
    plan.steps.flatMap { step in
      switch step {
      case .bytes(let bytes): return bytes
      case .extents(let extents, let range):
        let all = extents.flatMap { contents[$0] ?? [] }
        return Array(all[Int(range.lowerBound)..<Int(range.upperBound)])
      }
    }
  }
}
