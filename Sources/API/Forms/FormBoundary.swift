/// What stands between the parts of a form (RFC 2046 section 5.1.1).
struct FormBoundary: Sendable {
  /// CR LF, two dashes and the boundary. CR comes in it once.
  let delimiter: [UInt8]

  /// Bytes of a boundary, without its dashes.
  private static let longest = 70

  /// Reads a `Content-Type`.
  ///
  /// - Throws: `.notAForm`, or `.malformed` without a boundary that can be one.
  init(contentType: ArraySlice<UInt8>?) throws(FormError) {
    guard let contentType else { throw .notAForm }
    let parameters = HeaderParameters(contentType)
    guard parameters.value.matchesIgnoringCase("multipart/form-data") else { throw .notAForm }
    guard !parameters.isMalformed, let boundary = parameters["boundary"],
      (1...Self.longest).contains(boundary.count), boundary.last != 0x20, boundary.allSatisfy(Self.isAllowed)
    else { throw .malformed(.boundary) }
    delimiter = [0x0D, 0x0A, 0x2D, 0x2D] + boundary
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: " '()+_,-./:=?".utf8.contains(byte)
    }
  }
}

/// A header's value and its parameters: `form-data; name="key"`.
struct HeaderParameters {
  /// What stands before the first semicolon.
  let value: ArraySlice<UInt8>
  /// Whether what follows it are no parameters, or one comes twice.
  private(set) var isMalformed = false
  private var pairs: [(name: String, value: [UInt8])] = []

  init(_ text: ArraySlice<UInt8>) {
    let end = text.firstIndex(of: UInt8(ascii: ";")) ?? text.endIndex
    value = text[..<end].trimmingBlanks
    var rest = text[end...]
    while let first = rest.first {
      guard first == UInt8(ascii: ";") else {
        isMalformed = true
        return
      }
      rest = rest.dropFirst().trimmingBlanks
      // A semicolon at the end is common, and harmless.
      if rest.isEmpty { return }
      guard let pair = Self.pair(&rest), self[pair.name] == nil else {
        isMalformed = true
        return
      }
      pairs.append(pair)
      rest = rest.trimmingBlanks
    }
  }

  /// A parameter by its name in lower case.
  subscript(_ name: String) -> [UInt8]? { pairs.first { $0.name == name }?.value }

  private static func pair(_ rest: inout ArraySlice<UInt8>) -> (name: String, value: [UInt8])? {
    guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    let name = rest[..<equals].trimmingBlanks
    guard !name.isEmpty, name.allSatisfy(isTokenByte) else { return nil }
    rest = rest[(equals + 1)...].trimmingBlanks
    let value: [UInt8]
    if rest.first == UInt8(ascii: "\"") {
      guard let quoted = quoted(&rest) else { return nil }
      value = quoted
    } else {
      let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
      value = Array(rest[..<end].trimmingBlanks)
      rest = rest[end...]
    }
    return (name.lossyText.lowercased(), value)
  }

  /// A quoted text. Clients escape quotes and backslashes, or send paths of Windows as they are: a backslash before
  /// anything else is one.
  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var value: [UInt8] = []
    var index = rest.startIndex + 1
    while index < rest.endIndex {
      let byte = rest[index]
      if byte == UInt8(ascii: "\"") {
        rest = rest[(index + 1)...]
        return value
      }
      if byte == UInt8(ascii: "\\"), index + 1 < rest.endIndex {
        let next = rest[index + 1]
        if next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") { index += 1 }
      }
      value.append(rest[index])
      index += 1
    }
    return nil
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
