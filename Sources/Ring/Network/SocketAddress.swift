import CURing
import Glibc

/// Text that is not an IP address with a port.
package struct InvalidSocketAddress: Error, CustomStringConvertible, Sendable {
  /// The text as given.
  package let text: String
  package var description: String {
    "not an address: \(text) (expected 127.0.0.1:9000 or [::1]:9000)"
  }
}

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Hashable, Sendable {
  /// The address's 4 or 16 bytes in network order.
  package let octets: [UInt8]
  /// TCP port, 0 ... 65535.
  package let port: Int

  init(octets: [UInt8], port: Int) {
    self.octets = octets
    self.port = port
  }

  /// From "127.0.0.1:9000", "[::1]:9000", or ":9000" for every IPv4 address of the machine.
  package init(parsing text: String) throws(InvalidSocketAddress) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      throw InvalidSocketAddress(text: text)
    }
    var host = text[..<colon]
    if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
    if host.isEmpty || host == "*" { host = "0.0.0.0" }
    if host == "localhost" { host = "127.0.0.1" }
    guard let octets = Self.octets(ofNumeric: String(host)) else {
      throw InvalidSocketAddress(text: text)
    }
    self.init(octets: octets, port: Int(port))
  }

  /// From an address with or without a port (`192.0.2.1`, `2001:db8::1`, `[2001:db8::1]:80`); without one it is 0. An
  /// IPv4 address that is written as an IPv6 one is taken for what it is. Nil for anything else.
  package init?(numeric text: String) {
    if let octets = Self.octets(ofNumeric: text) {
      self.init(octets: Self.unmapped(octets[...]), port: 0)
      return
    }
    if text.first == "[", text.last == "]" {
      guard let octets = Self.octets(ofNumeric: String(text.dropFirst().dropLast())) else { return nil }
      self.init(octets: Self.unmapped(octets[...]), port: 0)
      return
    }
    guard text.first != ":", text.first != "*", let parsed = try? SocketAddress(parsing: text) else {
      return nil
    }
    self.init(octets: Self.unmapped(parsed.octets[...]), port: parsed.port)
  }

  /// The bytes of a numeric address, or `nil` for a name.
  package static func octets(ofNumeric host: String) -> [UInt8]? {
    var octets = [UInt8](repeating: 0, count: 16)
    // SAFETY: inet_pton writes 4 or 16 bytes, and the array has 16.
    if unsafe inet_pton(AF_INET, host, &octets) == 1 { return Array(octets[..<4]) }
    if unsafe inet_pton(AF_INET6, host, &octets) == 1 { return octets }
    return nil
  }

  /// The numeric address, without brackets.
  package var host: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    // SAFETY: the buffer holds the longest text of either family.
    let done = unsafe inet_ntop(isIPv4 ? AF_INET : AF_INET6, octets, &text, socklen_t(text.count))
    if unsafe done == nil { return "?" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  var isIPv4: Bool { octets.count == 4 }
  var family: Int32 { isIPv4 ? AF_INET : AF_INET6 }
}

extension SocketAddress: CustomStringConvertible {
  /// "127.0.0.1:9000" or "[::1]:9000".
  package var description: String { isIPv4 ? "\(host):\(port)" : "[\(host)]:\(port)" }
}

extension SocketAddress {
  /// Calls `body` with the C form, sockaddr_in or sockaddr_in6.
  func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    let family = UInt16(family)
    var bytes = [UInt8](repeating: 0, count: isIPv4 ? 16 : 28)
    bytes[0] = UInt8(truncatingIfNeeded: family.littleEndian)
    bytes[1] = UInt8(truncatingIfNeeded: family.littleEndian >> 8)
    bytes[2] = UInt8(truncatingIfNeeded: port >> 8)
    bytes[3] = UInt8(truncatingIfNeeded: port)
    let start = isIPv4 ? 4 : 8
    bytes.replaceSubrange(start..<start + octets.count, with: octets)
    // SAFETY: the bytes are laid out as the C structure; the callee reads only `count` of them.
    return unsafe bytes.withUnsafeBytes { raw in
      unsafe body(
        raw.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
    }
  }

  /// Calls `body` with room for a C form and its length, and reads back what it wrote. `nil` when `body`
  /// returns a negative number or the address is of no IP family.
  static func reading(
    _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> (result: Int32, address: SocketAddress?) {
    var bytes = [UInt8](repeating: 0, count: 128)
    var length = socklen_t(bytes.count)
    // SAFETY: the callee writes at most `length` bytes, and the array has that many.
    let result = unsafe bytes.withUnsafeMutableBytes { raw in
      unsafe body(
        raw.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self), &length)
    }
    if result < 0 { return (result, nil) }
    let port = Int(bytes[2]) << 8 | Int(bytes[3])
    switch Int32(bytes[0]) {
    case AF_INET: return (result, SocketAddress(octets: Array(bytes[4..<8]), port: port))
    case AF_INET6: return (result, SocketAddress(octets: unmapped(bytes[8..<24]), port: port))
    default: return (result, nil)
    }
  }

  /// An IPv4 address that came in through an IPv6 socket is shown as what it is.
  private static func unmapped(_ octets: ArraySlice<UInt8>) -> [UInt8] {
    let prefix = octets.prefix(12)
    if octets.count == 16, prefix.prefix(10).allSatisfy({ $0 == 0 }),
      prefix.suffix(2).allSatisfy({ $0 == 0xff })
    {
      return Array(octets.suffix(4))
    }
    return Array(octets)
  }

  /// The address of the other end.
  static func peer(of descriptor: Int32) -> SocketAddress? {
    unsafe reading { unsafe weir_peer_address(descriptor, $0, $1) }.address
  }

  /// The address a descriptor is bound to.
  static func local(of descriptor: Int32) -> SocketAddress? {
    unsafe reading { unsafe weir_local_address(descriptor, $0, $1) }.address
  }
}
