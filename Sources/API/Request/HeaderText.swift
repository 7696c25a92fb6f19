import Primitives

/// Text in header values. HTTP itself promises ASCII only (RFC 9110 section 5.5); clients send more.
package enum HeaderText {
  /// The value as text: UTF-8 if it is, else Latin-1, which any bytes are.
  package static func decode(_ value: some Collection<UInt8>) -> String {
    let bytes = Array(value)
    if Primitives.UTF8.isValid(bytes) { return String(decoding: bytes, as: Unicode.UTF8.self) }
    return latin1(bytes)
  }

  /// The text that the bytes spell in ISO 8859-1.
  package static func latin1(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: bytes.map { Unicode.Scalar($0) })
    return String(text)
  }

  /// Whether the text can stand in a header as it is: visible ASCII, blanks and tabs.
  package static func isPrintableASCII(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
  }

  /// Whether the text holds control characters, which no header can carry in any encoding.
  package static func hasControlCharacters(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.value < 0x20 && $0.value != 0x09 || $0.value == 0x7F }
  }
}
