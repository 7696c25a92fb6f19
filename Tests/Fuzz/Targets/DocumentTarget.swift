import Primitives

@testable import API
@testable import HTTP

/// XML bodies: a document that is read, written out and read again is the same; every operation with a body decodes
/// it within its limits or refuses it with a readable document.
enum DocumentTarget {
  static func run(_ input: [UInt8]) throws(BrokenProperty) {
    if let root = try? XMLReader.parse(input) {
      var written: [UInt8] = []
      write(root, to: &written)
      let again: XMLElement
      do throws(XMLError) {
        again = try XMLReader.parse(written)
      } catch {
        throw BrokenProperty("a document written out is refused: \(error)")
      }
      try requireSame(root, again)
    }
    for line in [
      "PUT /bucket", "POST /bucket?delete", "POST /bucket/key?uploadId=\(uploadID)",
      "POST /bucket/key?restore",
    ] {
      try decode(input, line)
    }
    if let form = try? IAMForm(input[...]) {
      _ = try? form.string("UserName")
      _ = try? form.required("Action")
    }
  }

  private static let uploadID = String(repeating: "0a", count: 16)

  private static func decode(_ input: [UInt8], _ line: String) throws(BrokenProperty) {
    let md5 = Base64.encode(MD5.hash(input))
    let lines = "\(line) HTTP/1.1\r\nHost: h\r\nContent-MD5: \(md5)\r\nContent-Length: \(input.count)\r\n\r\n"
    guard let head = MadeRequest.head(bytes(lines)) else { throw BrokenProperty("the head of \(line)") }
    do throws(S3Error) {
      let request = try MadeRequest.make(head)
      request.payload = input
      try OperationDecoders.run(request)
    } catch {
      try MadeRequest.checkDocument(error)
    }
  }

  /// The element with its namespace and attributes declared in place; of attributes with the same local name, the
  /// first.
  private static func write(_ element: XMLElement, to output: inout [UInt8]) {
    output += bytes("<\(element.name) xmlns=\"")
    escape(bytes(element.namespace), to: &output)
    output += bytes("\"")
    var seen: Set<String> = ["xmlns"]
    for (name, value) in element.attributes where seen.insert(name).inserted {
      output += bytes(" \(name)=\"")
      escape(bytes(value), to: &output)
      output += bytes("\"")
    }
    output += bytes(">")
    escape(element.text, to: &output)
    for child in element.children { write(child, to: &output) }
    output += bytes("</\(element.name)>")
  }

  private static func escape(_ text: [UInt8], to output: inout [UInt8]) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "&"): output += bytes("&amp;")
      case UInt8(ascii: "<"): output += bytes("&lt;")
      case UInt8(ascii: ">"): output += bytes("&gt;")
      case UInt8(ascii: "\""): output += bytes("&quot;")
      case 1..<32: output += bytes("&#\(byte);")
      default: output.append(byte)
      }
    }
  }

  private static func requireSame(_ one: XMLElement, _ other: XMLElement) throws(BrokenProperty) {
    try requireEqual(one.name, other.name, "an element's name")
    try requireEqual(one.namespace, other.namespace, "an element's namespace")
    try requireEqual(one.text, other.text, "an element's text")
    try requireEqual(one.children.count, other.children.count, "an element's children")
    for (a, b) in zip(one.children, other.children) { try requireSame(a, b) }
  }
}
