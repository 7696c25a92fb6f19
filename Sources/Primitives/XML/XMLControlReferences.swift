/// References to control characters, which XML 1.0 has no place for and clients of S3 and OSS send all the same, since
/// keys may hold such characters: `<Key>bell&#x7;</Key>`. Expat refuses them, so they are hidden from it and restored
/// in what it hands out.
///
/// A hidden character is a mark and a digit that says which it is. Marks that the document has already are doubled
/// likewise, so nothing that is restored was not hidden.
enum XMLControlReferences {
  /// U+10FFFD, for private use: it is a character for text and for nothing else.
  static let mark: [UInt8] = [0xF4, 0x8F, 0xBF, 0xBD]
  /// The digit of each character, by its code; that of 0 stands for the mark itself.
  private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUV".utf8)

  /// The document without such references; nil when it has none. Longer by a fourth at most.
  static func hide(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.indices.contains(where: { reference(bytes, $0) != nil }) else { return nil }
    var hidden: [UInt8] = []
    hidden.reserveCapacity(bytes.count + bytes.count / 4)
    var index = 0
    while index < bytes.count {
      if let section = Section.allCases.first(where: { begins(bytes, index, $0.opening) }) {
        // Nothing is a reference in here.
        let end = section.end(bytes, index)
        if section == .data { append(bytes[index..<end], to: &hidden) } else { hidden += bytes[index..<end] }
        index = end
      } else if let (code, end) = reference(bytes, index) {
        hidden += mark
        hidden.append(digits[Int(code)])
        index = end
      } else if begins(bytes, index, mark) {
        hidden += mark
        hidden.append(digits[0])
        index += mark.count
      } else {
        hidden.append(bytes[index])
        index += 1
      }
    }
    return hidden
  }

  /// What a text of a hidden document was.
  static func restore(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(mark[0]) else { return text }
    var restored: [UInt8] = []
    restored.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      guard begins(text, index, mark), index + mark.count < text.count,
        let code = digits.firstIndex(of: text[index + mark.count])
      else {
        restored.append(text[index])
        index += 1
        continue
      }
      if code == 0 { restored += mark } else { restored.append(UInt8(code)) }
      index += mark.count + 1
    }
    return restored
  }

  /// Text in which nothing is a reference, its marks doubled.
  private static func append(_ text: ArraySlice<UInt8>, to hidden: inout [UInt8]) {
    var index = text.startIndex
    while index < text.endIndex {
      if text[index...].starts(with: mark) {
        hidden += mark
        hidden.append(digits[0])
        index += mark.count
      } else {
        hidden.append(text[index])
        index += 1
      }
    }
  }

  /// The control character that a reference stands for, and where the reference ends. Tab, line feed and carriage
  /// return are XML's own; there is no way to write a NUL.
  private static func reference(_ bytes: [UInt8], _ start: Int) -> (code: UInt8, end: Int)? {
    guard bytes[start] == UInt8(ascii: "&"), start + 3 < bytes.count, bytes[start + 1] == UInt8(ascii: "#")
    else { return nil }
    var index = start + 2
    let isHexadecimal = bytes[index] == UInt8(ascii: "x")
    if isHexadecimal { index += 1 }
    var code = 0
    let first = index
    while index < bytes.count, let digit = value(bytes[index]), isHexadecimal || digit < 10 {
      code = min(code * (isHexadecimal ? 16 : 10) + digit, 32)
      index += 1
    }
    guard index > first, index < bytes.count, bytes[index] == UInt8(ascii: ";") else { return nil }
    guard (1..<32).contains(code), code != 9, code != 10, code != 13 else { return nil }
    return (UInt8(code), index + 1)
  }

  private static func value(_ digit: UInt8) -> Int? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(digit - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(digit - UInt8(ascii: "A")) + 10
    default: nil
    }
  }

  private static func begins(_ bytes: [UInt8], _ index: Int, _ text: [UInt8]) -> Bool {
    guard bytes[index] == text[0], bytes.count - index >= text.count else { return false }
    return bytes[index...].starts(with: text)
  }

  /// What holds characters and no references.
  private enum Section: CaseIterable {
    case comment, instruction, data

    var opening: [UInt8] {
      switch self {
      case .comment: Self.openings[0]
      case .instruction: Self.openings[1]
      case .data: Self.openings[2]
      }
    }

    private static let openings = [Array("<!--".utf8), Array("<?".utf8), Array("<![CDATA[".utf8)]
    private static let closings = [Array("-->".utf8), Array("?>".utf8), Array("]]>".utf8)]

    /// Where one that begins at `start` ends; the end of the document when it is not closed.
    func end(_ bytes: [UInt8], _ start: Int) -> Int {
      let closing =
        switch self {
        case .comment: Self.closings[0]
        case .instruction: Self.closings[1]
        case .data: Self.closings[2]
        }
      var index = start + opening.count
      while index < bytes.count {
        if begins(bytes, index, closing) { return index + closing.count }
        index += 1
      }
      return bytes.count
    }
  }
}
