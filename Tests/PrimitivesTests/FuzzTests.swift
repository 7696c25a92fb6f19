import Glibc
import Testing

@testable import Primitives

/// Bytes that nobody meant: every parser answers or throws, and none traps. Seeds come from the environment
/// (`WEIR_FUZZ_SEED`, `WEIR_FUZZ_ROUNDS`), so that longer runs are possible; a trap's seed is in the output.
struct FuzzTests {
  private static func setting(_ name: String, default value: UInt64) -> UInt64 {
    // SAFETY: getenv's string is copied at once; nothing here changes the environment.
    unsafe getenv(name).flatMap { unsafe UInt64(String(cString: $0)) } ?? value
  }

  private static let seed = setting("WEIR_FUZZ_SEED", default: 20_260_102)
  private static let rounds = Int(setting("WEIR_FUZZ_ROUNDS", default: 20_000))

  /// Half noise, half damaged samples.
  private static func inputs(_ samples: [String], _ body: ([UInt8]) throws -> Void) rethrows {
    var random = TestRandom(seed: seed)
    for round in 0..<rounds {
      let sample = Array(samples[round % samples.count].utf8)
      let isNoise = round.isMultiple(of: 8)
      try body(isNoise ? random.bytes(Int(random.next() % 64)) : random.mutate(sample))
    }
  }

  @Test func xmlReader() {
    var accepted = 0
    var refused = 0
    let limits = XMLLimits(bytes: 4096, depth: 5, elements: 12, attributes: 3)
    Self.inputs([
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Delete xmlns=\"u:s3\"><Key>a&amp;b</Key></Delete>",
      "<A b='1' xmlns:c='urn:c' c:d='2'><c:E>text<![CDATA[<x>]]></c:E><F/><!-- c --></A>",
      "<!DOCTYPE a [<!ENTITY x \"y\"><!ELEMENT a ANY>]><a>&x;</a>",
      "<A><B><C><D><E>deep</E></D></C></B></A>",
    ]) { bytes in
      do throws(XMLError) {
        let root = try XMLReader.parse(bytes, limits: limits)
        Self.check(root, depth: 1, limits)
        accepted += 1
      } catch {
        refused += 1
      }
    }
    #expect(accepted > 0 && refused > 0)
  }

  private static func check(_ element: XMLElement, depth: Int, _ limits: XMLLimits) {
    #expect(depth <= limits.depth && element.attributes.count <= limits.attributes)
    #expect(UTF8.isValid(element.text) && !element.name.isEmpty)
    for child in element.children { check(child, depth: depth + 1, limits) }
  }

  @Test func byteReader() {
    var random = TestRandom(seed: Self.seed)
    for _ in 0..<Self.rounds {
      var reader = ByteReader(random.bytes(Int(random.next() % 48)))
      let total = reader.remaining
      reading: for _ in 0..<20 {
        let before = reader.position
        do throws(RecordError) {
          switch random.next() % 11 {
          case 0: _ = try reader.u8()
          case 1: _ = try reader.u16()
          case 2: _ = try reader.u32()
          case 3: _ = try reader.u64()
          case 4: _ = try reader.i64()
          case 5: _ = try reader.varint()
          case 6: _ = try reader.bytes()
          case 7: _ = try reader.string()
          case 8: _ = try reader.raw(Int(truncatingIfNeeded: random.next()))
          case 9: _ = try reader.slice()
          default: _ = try reader.bool()
          }
        } catch {
          break reading
        }
        #expect(reader.position > before || reader.remaining == total - before)
      }
      #expect(reader.position + reader.remaining == total)
    }
  }

  @Test func dates() {
    var accepted = 0
    Self.inputs([
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
      "Sun, 06 Nov 1994 08:49:37 +0130", "20260102T030405Z", "2026-01-02T03:04:05.678Z",
      "9999-12-31T23:59:60.999999999-23:59", "0000-01-01T00:00:00+23:59",
    ]) { bytes in
      for moment in [
        Timestamp(imfFixdate: bytes), Timestamp(basic: bytes), Timestamp(iso8601: bytes[...]),
      ].compactMap(\.self) {
        accepted += 1
        #expect(moment.imfFixdate.utf8.count == 29 && moment.iso8601.utf8.count == 24)
        #expect(moment.basic.utf8.count == 16 && moment.day.utf8.count == 8)
      }
    }
    #expect(accepted > 0)
    var random = TestRandom(seed: Self.seed)
    for _ in 0..<Self.rounds {
      let moment = Timestamp(milliseconds: Int64(bitPattern: random.next()))
      #expect(moment.iso8601.utf8.count == 24 && moment.truncatedToSeconds <= moment)
    }
  }

  @Test func encodings() {
    Self.inputs(["a%2Fb%20c+d", "Zm9vYmE=", "00ff12AB", "%C3%A9", "====", "%"]) { bytes in
      if let decoded = PercentEncoding.decode(bytes, plusIsSpace: true) {
        #expect(decoded.count <= bytes.count)
      }
      if let decoded = Base64.decode(bytes) { #expect(Array(Base64.encode(decoded).utf8) == bytes) }
      if let decoded = Hex.decode(bytes) { #expect(decoded.count * 2 == bytes.count) }
      #expect(UTF8.isValid(bytes) == (String(validating: bytes, as: UTF8Text.self) != nil))
      _ = try? ObjectKey(validating: bytes)
    }
  }

  @Test func texts() {
    Self.inputs([
      "500MiB", "1.5 GB", "2Gbps", "10MB/s", "1h30m", "18446744073709551615", "999999999999w",
      "my-bucket.2026",
      "192.168.5.4", "0.000001PiB",
    ]) { bytes in
      let text = String(decoding: bytes, as: UTF8Text.self)
      if let count = try? ByteCount.parse(text) { #expect((try? ByteCount.parse(count.formatted)) == count) }
      if let rate = try? Bandwidth.parse(text) { #expect((try? Bandwidth.parse(rate.formatted)) == rate) }
      if let duration = try? DurationText.parse(text) {
        #expect((try? DurationText.parse(DurationText.format(duration))) == duration)
      }
      if let name = try? BucketName(validating: text) { #expect(BucketName(lookup: name.string) == name) }
    }
  }
}
