import Testing

@testable import Primitives

struct XMLWriterTests {
  private func text(_ writer: XMLWriter) -> String { String(decoding: writer.bytes, as: UTF8Text.self) }

  @Test func document() {
    var writer = XMLWriter()
    writer.open("List", xmlns: "http://s3.amazonaws.com/doc/2006-03-01/")
    writer.element("Name", "a")
    writer.element("Count", 42)
    writer.element("Least", Int64.min)
    writer.element("Most", UInt64.max)
    writer.element("Zero", 0 as UInt8)
    writer.element("Flag", true)
    writer.element("Other", false)
    writer.element("Key", Array("k".utf8)[...])
    writer.element("Empty", "")
    writer.element("When", Timestamp(milliseconds: 1_767_323_045_678), wholeSeconds: true)
    writer.element("Exactly", Timestamp(milliseconds: 1_767_323_045_678), wholeSeconds: false)
    writer.open("I")
    writer.text("x<y")
    writer.text(Array("&".utf8))
    writer.raw("<r/>")
    writer.raw(Array("<s/>".utf8))
    writer.close("I")
    writer.close("List")
    #expect(
      text(writer) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <List xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>a</Name><Count>42</Count>\
        <Least>-9223372036854775808</Least><Most>18446744073709551615</Most><Zero>0</Zero>\
        <Flag>true</Flag><Other>false</Other><Key>k</Key><Empty></Empty>\
        <When>2026-01-02T03:04:05.000Z</When><Exactly>2026-01-02T03:04:05.678Z</Exactly>\
        <I>x&lt;y&amp;<r/><s/></I></List>
        """)
  }

  @Test func escapes() {
    var writer = XMLWriter(declaration: false)
    writer.element("T", "a&b<c>d\"e'f\u{1}g\th\ni\rj\u{1F}k é 😀 \u{7F}")
    #expect(
      text(writer)
        == "<T>a&amp;b&lt;c&gt;d&quot;e&apos;f&#x1;g&#x9;h&#xA;i&#xD;j&#x1F;k é 😀 \u{7F}</T>")
  }

  /// A special byte at every place of a word and in every kind of neighbourhood.
  @Test func everyByteAtEveryPlace() {
    for byte in UInt8.min..<0x80 {
      let escaped: String
      switch byte {
      case UInt8(ascii: "&"): escaped = "&amp;"
      case UInt8(ascii: "<"): escaped = "&lt;"
      case UInt8(ascii: ">"): escaped = "&gt;"
      case UInt8(ascii: "\""): escaped = "&quot;"
      case UInt8(ascii: "'"): escaped = "&apos;"
      case 0..<0x20: escaped = "&#x" + String(byte, radix: 16, uppercase: true) + ";"
      default: escaped = String(UnicodeScalar(byte))
      }
      for place in 0..<17 {
        var input = [UInt8](repeating: UInt8(ascii: "="), count: 17)
        input[place] = byte
        var writer = XMLWriter(declaration: false)
        writer.text(input)
        let expected =
          String(repeating: "=", count: place) + escaped + String(repeating: "=", count: 16 - place)
        #expect(text(writer) == expected)
      }
    }
  }

  /// Longer than what is written in one go.
  @Test func longText() {
    let long = String(repeating: "a<é>", count: 2000)
    var writer = XMLWriter(declaration: false)
    writer.element("T", long)
    writer.element("U", Array(long.utf8))
    let escaped = String(repeating: "a&lt;é&gt;", count: 2000)
    #expect(text(writer) == "<T>\(escaped)</T><U>\(escaped)</U>")
  }

  /// What is legal in XML 1.0 comes back from the reader exactly as it was written.
  @Test func readerGivesBackWhatWasWritten() throws {
    var random = TestRandom(seed: 9)
    let alphabet = Array("abc &<>\"'\t\n\ré😀]]>%;#x".unicodeScalars)
    for _ in 0..<500 {
      var scalars = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        scalars.append(alphabet[Int(random.next() % UInt64(alphabet.count))])
      }
      var writer = XMLWriter()
      writer.element("Key", String(scalars))
      let element = try XMLReader.parse(writer.bytes)
      #expect(element.text == Array(String(scalars).utf8))
    }
  }
}
