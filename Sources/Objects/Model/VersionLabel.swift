import Primitives

/// How clients name a version of a key.
package enum VersionLabel: Hashable, Sendable {
  /// Written while versioning was not enabled; a key has at most one.
  case null
  case id(VersionID)
  /// Well-formed, but nothing that this server has ever given out: no object has it.
  case foreign(String)

  /// Bytes of a text that can be a version id at all (AWS: 1024).
  package static let longest = 1024

  /// Reads what a client sent. Nil when it cannot be a version id: empty, too long, or not made of letters, digits,
  /// `.`, `_` and `-`.
  package init?(text: String) {
    if text == "null" {
      self = .null
      return
    }
    guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
      return nil
    }
    self = VersionID(text: text).map { .id($0) } ?? .foreign(text)
  }

  /// As clients are shown it.
  package var text: String {
    switch self {
    case .null: "null"
    case .id(let version): version.text
    case .foreign(let text): text
    }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }
}

extension VersionID {
  /// 16 lower-case hexadecimal digits, as clients are shown it. Later versions sort behind earlier ones.
  package var text: String {
    let digits = String(rawValue, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// Nil when the text is none of ours.
  package init?(text: String) {
    guard text.utf8.count == 16,
      text.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 &- 0x61 < 6 }), let value = UInt64(text, radix: 16)
    else { return nil }
    self.init(rawValue: value)
  }
}
