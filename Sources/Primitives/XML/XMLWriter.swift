/// Writes an XML document front to back into bytes. Names are static strings of the program and are not
/// checked; text is escaped. Elements follow one another on one line, in the order of the calls.
///
/// Listings are made of short elements, so an element is written in one go into spare capacity that is
/// checked once, not append by append.
@usableFromInline
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
    bytes.append(addingCapacity: name.utf8CodeUnitCount + 2) { $0.append(openingTag: name) }
  }

  /// `<name xmlns="…">`.
  package mutating func open(_ name: StaticString, xmlns: StaticString?) {
    guard let xmlns else { return open(name) }
    raw("<")
    raw(name)
    raw(" xmlns=\"")
    raw(xmlns)
    raw("\">")
  }

  /// `</name>`.
  package mutating func close(_ name: StaticString) {
    bytes.append(addingCapacity: name.utf8CodeUnitCount + 3) { $0.append(closingTag: name) }
  }

  /// `<name>text</name>`.
  @usableFromInline
  package mutating func element(_ name: StaticString, _ text: String) {
    var text = text
    // SAFETY: the pointer does not outlive the closure.
    text.withUTF8 { unsafe element(name, escaping: UnsafeRawBufferPointer($0)) }
  }

  /// `<name>text</name>` with text that is UTF-8.
  @inlinable
  package mutating func element(_ name: StaticString, _ text: some Collection<UInt8>) {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(text) { unsafe element(name, escaping: $0) }
  }

  /// `<name>value</name>` in decimal.
  @inlinable
  package mutating func element(_ name: StaticString, _ value: some BinaryInteger) {
    if let magnitude = UInt64(exactly: value.magnitude) {
      element(name, magnitude: magnitude, isNegative: value < 0)
    } else {
      element(name, String(value))
    }
  }

  @usableFromInline
  mutating func element(_ name: StaticString, magnitude: UInt64, isNegative: Bool) {
    bytes.append(addingCapacity: tagsLength(name) + 20) {
      $0.append(openingTag: name)
      if isNegative { $0.append(UInt8(ascii: "-")) }
      $0.append(decimal: magnitude)
      $0.append(closingTag: name)
    }
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
    var date = CivilDate(milliseconds: moment.milliseconds)
    if wholeSeconds { date.millisecond = 0 }
    bytes.append(addingCapacity: tagsLength(name) + 24) {
      $0.append(openingTag: name)
      date.writeISO8601(to: &$0)
      $0.append(closingTag: name)
    }
  }

  /// Text between tags, escaped.
  package mutating func text(_ text: String) {
    var text = text
    // SAFETY: the pointer does not outlive the closure.
    text.withUTF8 { unsafe append(escaping: UnsafeRawBufferPointer($0)) }
  }

  /// Text between tags in UTF-8, escaped.
  @inlinable
  package mutating func text(_ text: some Collection<UInt8>) {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(text) { unsafe append(escaping: $0) }
  }

  /// Markup as it stands.
  package mutating func raw(_ markup: StaticString) {
    bytes.append(addingCapacity: markup.utf8CodeUnitCount) { $0.append(markup) }
  }

  /// Markup as it stands.
  @inlinable
  package mutating func raw(_ markup: some Collection<UInt8>) {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(markup) { unsafe append(markup: $0) }
  }

  /// Text of up to this many bytes is given room for the case that all of it needs escapes.
  private static let shortText = 1024

  /// The length of an element's two tags.
  private func tagsLength(_ name: StaticString) -> Int { 2 * name.utf8CodeUnitCount + 5 }

  @usableFromInline
  mutating func element(_ name: StaticString, escaping text: UnsafeRawBufferPointer) {
    // SAFETY: reads exactly the text, here and below.
    guard text.count <= Self.shortText else {
      open(name)
      unsafe append(escaping: text)
      return close(name)
    }
    bytes.append(addingCapacity: tagsLength(name) + text.count * XMLEscaping.longest) {
      $0.append(openingTag: name)
      // SAFETY: reads exactly the text.
      unsafe XMLEscaping.write(text, to: &$0)
      $0.append(closingTag: name)
    }
  }

  @usableFromInline
  mutating func append(markup: UnsafeRawBufferPointer) {
    // SAFETY: reads exactly the buffer.
    unsafe bytes.append(contentsOf: markup)
  }

  @usableFromInline
  mutating func append(escaping text: UnsafeRawBufferPointer) {
    for start in stride(from: 0, to: text.count, by: Self.shortText) {
      // SAFETY: `piece` lies within `text`.
      let end = min(start + Self.shortText, text.count)
      let piece = unsafe UnsafeRawBufferPointer(rebasing: text[start..<end])
      bytes.append(addingCapacity: piece.count * XMLEscaping.longest) {
        unsafe XMLEscaping.write(piece, to: &$0)
      }
    }
  }
}
