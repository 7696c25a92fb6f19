import Testing

@testable import Primitives

struct XMLReaderTests {
  private func parse(_ text: String, _ limits: XMLLimits = XMLLimits()) throws(XMLError) -> XMLElement {
    try XMLReader.parse(Array(text.utf8), limits: limits)
  }

  @Test func tree() throws {
    let root = try parse(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!-- a comment --><?pi x?>
      <Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/" xmlns:xsi="http://example/xsi">
        <Object><Key>a&amp;b&#x20;<![CDATA[<c>]]></Key><VersionId/></Object>
        <Object xsi:type="T" plain='p"q'><Key> spaces kept </Key></Object>
        <Quiet>true</Quiet>
        <other:Quiet xmlns:other="urn:o">false</other:Quiet>
      </Delete>
      """)
    #expect(root.name == "Delete")
    #expect(root.namespace == "http://s3.amazonaws.com/doc/2006-03-01/")
    #expect(root.text.isEmpty)
    #expect(root.children.map(\.name) == ["Object", "Object", "Quiet", "Quiet"])
    #expect(root.children.map(\.namespace).last == "urn:o")
    #expect(root.string("Quiet") == "true")
    #expect(root.string("Missing") == nil)
    let objects = root.all("Object")
    #expect(objects.map { $0.string("Key") } == ["a&b <c>", " spaces kept "])
    #expect(objects[0].first("VersionId")?.string == "")
    #expect(objects[1].attribute("type") == "T")
    #expect(objects[1].attribute("plain") == "p\"q")
    #expect(objects[1].attributes.map(\.name) == ["type", "plain"])
    #expect(root.attributes.isEmpty)
  }

  @Test func withoutNamespaceOrDeclaration() throws {
    let root = try parse("<A><B>1</B></A>")
    #expect(root.namespace == "" && root.string("B") == "1")
    #expect(try parse("\u{FEFF}<A/>").name == "A")
    #expect(try parse("<A>1<B/>2</A>").string == "12")
  }

  @Test(arguments: [
    "", " ", "text", "<A>", "<A></B>", "<A/><B/>", "<A/>x", "<A b/>", "<A b=c/>", "<A b='1' b='2'/>",
    "<A>&nope;</A>", "<A>&#0;</A>", "<A>&#x1</A>", "<A>&#X1;</A>", "<A>&</A>",
    "<A><</A>", "<A>]]></A>", "<p:A/>",
    "<A xmlns:p=''/>", "<A>\u{1}</A>", "<A>\0</A>", "<1/>", "<A><![CDATA[</A>", "<!-- -- --><A/>", "<A",
    " <?xml version='1.0'?><A/>",
  ])
  func malformed(text: String) {
    let error = #expect(throws: XMLError.self) { try parse(text) }
    guard case .malformed(let line, let column, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(line >= 1 && column >= 1 && !reason.isEmpty)
  }

  @Test(arguments: [[0xFF], [0xC3, 0x28], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]])
  func invalidUTF8(bytes: [UInt8]) {
    let document = Array("<A>".utf8) + bytes + Array("</A>".utf8)
    #expect(throws: XMLError.self) { try XMLReader.parse(document) }
  }

  /// UTF-16 and Latin-1 are not what S3 speaks, whatever the declaration says.
  @Test func otherEncodings() throws {
    let utf16: [UInt8] = [0xFF, 0xFE] + "<A/>".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(throws: XMLError.self) { try XMLReader.parse(utf16) }
    // Without a byte order mark expat would guess UTF-16 from the zeros.
    #expect(throws: XMLError.self) { try XMLReader.parse(Array(utf16.dropFirst(2))) }
    #expect(throws: XMLError.self) { try XMLReader.parse([0] + Array(utf16.dropFirst(2).dropLast())) }
    let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><A>".utf8) + [0xE9] + Array("</A>".utf8)
    #expect(throws: XMLError.self) { try XMLReader.parse(latin) }
  }

  @Test func entitiesAreImpossible() {
    var laughs = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\">"
    for level in 0..<20 {
      let name = Character(UnicodeScalar(UInt8(98 + level)))
      let previous = Character(UnicodeScalar(UInt8(97 + level)))
      laughs += "<!ENTITY \(name) \"\(String(repeating: "&\(previous);", count: 10))\">"
    }
    laughs += "]><A>&u;</A>"
    #expect(throws: XMLError.documentType) { try parse(laughs) }
    #expect(throws: XMLError.documentType) { try parse("<!DOCTYPE A><A/>") }
    #expect(throws: XMLError.documentType) {
      try parse("<!DOCTYPE A SYSTEM \"file:///etc/passwd\"><A/>")
    }
    #expect(throws: XMLError.documentType) {
      try parse("<!DOCTYPE A [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><A>&x;</A>")
    }
  }

  @Test func limits() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "<A>", count: depth) + String(repeating: "</A>", count: depth)
    }
    _ = try parse(nested(32))
    #expect(throws: XMLError.tooDeep(limit: 32)) { try parse(nested(33)) }
    #expect(throws: XMLError.tooDeep(limit: 32)) { try parse(String(repeating: "<A>", count: 1_000_000)) }
    #expect(throws: XMLError.tooDeep(limit: 1)) { try parse("<A><B/></A>", XMLLimits(depth: 1)) }

    let three = "<A><B/><C/></A>"
    _ = try parse(three, XMLLimits(elements: 3))
    #expect(throws: XMLError.tooManyElements(limit: 2)) { try parse(three, XMLLimits(elements: 2)) }

    _ = try parse(three, XMLLimits(bytes: three.utf8.count))
    #expect(throws: XMLError.tooLarge(limit: three.utf8.count - 1)) {
      try parse(three, XMLLimits(bytes: three.utf8.count - 1))
    }

    let attributes = "<A b='1' c='2' d='3'/>"
    _ = try parse(attributes, XMLLimits(attributes: 3))
    #expect(throws: XMLError.tooManyAttributes(limit: 2)) { try parse(attributes, XMLLimits(attributes: 2)) }
  }

  /// The largest request that S3 has: 10,000 parts, each with its checksum.
  @Test func largestCompletion() throws {
    var writer = XMLWriter(capacity: 3_000_000)
    writer.open("CompleteMultipartUpload", xmlns: "http://s3.amazonaws.com/doc/2006-03-01/")
    for number in 1...10_000 {
      writer.open("Part")
      writer.element("PartNumber", number)
      writer.element("ETag", "\"d41d8cd98f00b204e9800998ecf8427e\"")
      writer.element("ChecksumSHA256", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
      writer.close("Part")
    }
    writer.close("CompleteMultipartUpload")
    let root = try XMLReader.parse(writer.bytes)
    #expect(root.children.count == 10_000)
    #expect(root.children.last?.string("PartNumber") == "10000")
    #expect(root.children.first?.string("ETag") == "\"d41d8cd98f00b204e9800998ecf8427e\"")
  }

  /// Keys may hold any character, and clients write the ones that XML lacks by their numbers.
  @Test func controlCharacters() throws {
    let mark = "\u{10FFFD}"
    let root = try parse(
      """
      <A xmlns='urn:&#2;' b='&#x1f;\(mark)1'><!-- &#7; --><?pi &#7;?><K>&#7;&#x1D;]&gt;</K>\
      <K>\(mark)&#0000001;\(mark)1&#9;</K><K>x<![CDATA[&#7;\(mark)1]]>&#x0b;</K></A>
      """)
    #expect(root.namespace == "urn:\u{2}")
    #expect(root.attribute("b") == "\u{1F}\(mark)1")
    #expect(
      root.all("K").map(\.string) == [
        "\u{7}\u{1D}]>", "\(mark)\u{1}\(mark)1\t", "x&#7;\(mark)1\u{B}",
      ])
    for code in 1..<32 {
      let text = try parse("<A>a&#\(code);&#x\(String(code, radix: 16));b</A>").text
      #expect(text == [0x61, UInt8(code), UInt8(code), 0x62], "\(code)")
    }
    // Without such a reference a mark is a character like others.
    #expect(try parse("<A>\(mark)1</A>").string == "\(mark)1")
    // They are characters of text, and of nothing else.
    for text in ["<&#7;/>", "<A &#7;='1'/>", "&#7;<A/>", "<A>&#7;&#0;</A>", "<A>]]&#7;]]></A>"] {
      #expect(throws: XMLError.self, "\(text)") { try parse(text) }
    }
  }
}
