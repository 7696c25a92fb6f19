import Primitives

/// The value of an If-Match or If-None-Match field: `*`, or a list of tags (RFC 9110, 13.1.1 and 13.1.2).
package enum ETagMatch: Hashable, Sendable {
  /// `*`: whatever the tag, as long as there is something.
  case any
  /// One of these texts, without quotes. Never empty unless the field was.
  case oneOf([String])

  /// Reads a field value. Quoted and bare tags are both taken, as S3 does; `W/` in front is dropped, so the
  /// comparison is a weak one.
  package init(parsing value: some Collection<UInt8>) {
    let text = Self.trimmed(value)
    if text.elementsEqual([UInt8(ascii: "*")]) {
      self = .any
      return
    }
    self = .oneOf(
      text.split(separator: UInt8(ascii: ",")).map { Self.tag($0) }.filter { !$0.isEmpty })
  }

  /// Whether `tag` is meant.
  package func matches(_ tag: ETag) -> Bool {
    switch self {
    case .any: return true
    case .oneOf(let texts):
      let wanted = tag.text
      return texts.contains(wanted)
    }
  }

  private static func tag(_ piece: some Collection<UInt8>) -> String {
    var bytes = trimmed(piece)
    if bytes.starts(with: [UInt8(ascii: "W"), UInt8(ascii: "/")]) { bytes = bytes.dropFirst(2) }
    let quote = UInt8(ascii: "\"")
    if bytes.count >= 2, bytes.first == quote, bytes.last == quote { bytes = bytes.dropFirst().dropLast() }
    return String(decoding: bytes, as: UTF8Text.self).lowercased()
  }

  private static func trimmed(_ bytes: some Collection<UInt8>) -> ArraySlice<UInt8> {
    var rest = Array(bytes)[...]
    while let first = rest.first, first == 0x20 || first == 0x09 { rest = rest.dropFirst() }
    while let last = rest.last, last == 0x20 || last == 0x09 { rest = rest.dropLast() }
    return rest
  }
}
