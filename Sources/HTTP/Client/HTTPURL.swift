import Ring

/// An absolute `http` or `https` URL, taken apart. Without user, password or fragment.
package struct HTTPURL: Hashable, Sendable, CustomStringConvertible {
  /// Why a text is no such URL, as a sentence.
  package struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// Bytes of a URL, at most.
  package static let lengthMax = 2_048

  /// As it was written.
  package let description: String
  /// Whether it is `https`.
  package let isSecure: Bool
  /// A name, or a numeric address without brackets.
  package let host: String
  package let port: Int
  /// The path and the query, as in a request line.
  package let target: String

  package init(_ text: String) throws(Problem) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.lengthMax, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Problem(description: "a URL has at most \(Self.lengthMax) printable ASCII characters")
    }
    let lower = text.lowercased()
    isSecure = lower.hasPrefix("https://")
    guard isSecure || lower.hasPrefix("http://") else {
      throw Problem(description: "\(text): write http://… or https://…")
    }
    let rest = text.dropFirst(isSecure ? 8 : 7)
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let path = rest[end...]
    guard !text.contains("#"), !rest[..<end].contains("@") else {
      throw Problem(description: "a URL here has no user, password or fragment")
    }
    (host, port) = try Self.authority(rest[..<end], standardPort: isSecure ? 443 : 80)
    target = path.hasPrefix("/") ? String(path) : "/" + path
    description = text
  }

  private static func authority(
    _ text: Substring, standardPort: Int
  ) throws(Problem) -> (host: String, port: Int) {
    let isBracketed = text.hasPrefix("[")
    let hostEnd =
      isBracketed
      ? text.firstIndex(of: "]").map { text.index(after: $0) } ?? text.endIndex
      : text.firstIndex(of: ":") ?? text.endIndex
    var host = text[..<hostEnd]
    var port = standardPort
    let rest = text[hostEnd...]
    if !rest.isEmpty {
      guard rest.hasPrefix(":"), let number = UInt16(rest.dropFirst()), number > 0 else {
        throw Problem(description: "the port of \(text) is not a number from 1 to 65535")
      }
      port = Int(number)
    }
    if isBracketed { host = host.dropFirst().dropLast() }
    let name = String(host)
    let isName = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
      default: false
      }
    }
    let isNumeric = SocketAddress.octets(ofNumeric: name) != nil
    let isClosed = text[..<hostEnd].hasSuffix("]")
    guard !name.isEmpty, isBracketed ? isClosed && isNumeric && name.contains(":") : isName else {
      throw Problem(description: "\(text) is no host")
    }
    return (name, port)
  }

  /// What stands in the Host header.
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }
}
