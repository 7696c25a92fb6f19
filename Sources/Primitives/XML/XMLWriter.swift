/// Writes an XML document front to back into bytes. Names are static strings of the program and are not
/// checked; text is escaped. Elements are written on one line, in the order of the calls.
package struct XMLWriter: Sendable {
  /// The document so far, in UTF-8.
  package private(set) var bytes: [UInt8]

  /// An empty document with room for `capacity` bytes, with or without `<?xml version="1.0"
  /// encoding="UTF-8"?>` and a line feed in front.
  package init(declaration: Bool = true, capacity: Int = 1024) {
    bytes = []
    bytes.reserveCapacity(capacity)
    if declaration { raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") }
  }

  /// `<name>`.
  package mutating func open(_ name: StaticString) {
    bytes.append(UInt8(ascii: "<"))
    raw(name)
    bytes.append(UInt8(ascii: ">"))
  }

  /// `<name xmlns="…">`.
  package mutating func open(_ name: StaticString, xmlns: StaticString) {
    bytes.append(UInt8(ascii: "<"))
    raw(name)
    raw(" xmlns=\"")
    raw(xmlns)
    raw("\">")
  }

  /// `</name>`.
  package mutating func close(_ name: StaticString) {
    bytes.append(UInt8(ascii: "<"))
    bytes.append(UInt8(ascii: "/"))
    raw(name)
    bytes.append(UInt8(ascii: ">"))
  }

  /// `<name>text</name>`.
  package mutating func element(_ name: StaticString, _ text: String) {
    open(name)
    self.text(text)
    close(name)
  }

  /// `<name>text</name>` with text that is UTF-8.
  package mutating func element(_ name: StaticString, _ text: some Collection<UInt8>) {
    open(name)
    self.text(text)
    close(name)
  }

  /// `<name>value</name>` in decimal.
  package mutating func element(_ name: StaticString, _ value: some BinaryInteger) {
    open(name)
    append(decimal: value)
    close(name)
  }

  /// `<name>true</name>` or `<name>false</name>`.
  package mutating func element(_ name: StaticString, _ value: Bool) {
    open(name)
    raw(value ? "true" : "false")
    close(name)
  }

  /// `<name>2026-01-02T03:04:05.678Z</name>`; with `wholeSeconds` the milliseconds are written as 000, as S3
  /// writes dates of objects.
  package mutating func element(_ name: StaticString, _ moment: Timestamp, wholeSeconds: Bool) {
    open(name)
    if wholeSeconds {
      moment.append(iso8601SecondsTo: &bytes)
    } else {
      moment.append(iso8601To: &bytes)
    }
    close(name)
  }

  /// Text between tags, escaped.
  package mutating func text(_ text: String) {
    var text = text
    // SAFETY: reads exactly the text.
    text.withUTF8 { unsafe append(escaping: UnsafeRawBufferPointer($0)) }
  }

  /// Text between tags in UTF-8, escaped.
  package mutating func text(_ text: some Collection<UInt8>) {
    // SAFETY: reads exactly the text.
    unsafe withContiguousBytes(text) { unsafe append(escaping: $0) }
  }

  /// Markup as it stands.
  package mutating func raw(_ markup: StaticString) {
    // SAFETY: a static string's UTF-8 lives for ever.
    unsafe bytes.append(
      contentsOf: UnsafeBufferPointer(start: markup.utf8Start, count: markup.utf8CodeUnitCount))
  }

  /// Markup as it stands.
  package mutating func raw(_ markup: some Collection<UInt8>) { bytes.append(contentsOf: markup) }

  /// One byte as it stands.
  mutating func append(byte: UInt8) { bytes.append(byte) }
}
