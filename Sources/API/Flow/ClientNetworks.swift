package import Flow
import HTTP
package import Primitives
import Ring

/// Tells clients of the intranet from those of the extranet, by their address or by the name under which they call the
/// server.
package struct ClientNetworks: Sendable {
  /// A block of addresses.
  private struct Block: Sendable {
    let octets: [UInt8]
    let length: Int

    func contains(_ address: [UInt8]) -> Bool {
      guard address.count == octets.count else { return false }
      let whole = length / 8
      guard address[..<whole].elementsEqual(octets[..<whole]) else { return false }
      let rest = length % 8
      return rest == 0 || (address[whole] ^ octets[whole]) >> UInt8(8 - rest) == 0
    }
  }

  private let blocks: [Block]
  /// In lower case.
  private let hosts: [[UInt8]]

  /// `sources` are addresses and blocks such as `10.0.0.0/8`; `hosts` the ends of host names.
  ///
  /// - Throws: the text that is no block.
  package init(sources: [String], hosts: [String]) throws(UnitError) {
    var blocks: [Block] = []
    for source in sources {
      let parts = source.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      guard let octets = SocketAddress.octets(ofNumeric: parts[0]),
        let length = parts.count > 1 ? Int(parts[1]) : octets.count * 8,
        (0...octets.count * 8).contains(length)
      else { throw UnitError(text: source, expected: "an address or a block such as 10.0.0.0/8 or fc00::/7") }
      blocks.append(Block(octets: octets, length: length))
    }
    self.blocks = blocks
    self.hosts = hosts.map { Array($0.lowercased().utf8) }
  }

  /// Where everybody is in the extranet.
  package static let none = ClientNetworks()

  private init() {
    blocks = []
    hosts = []
  }

  /// The network of an address and a Host header.
  package func network(address: [UInt8], host: ArraySlice<UInt8>?) -> Network {
    if blocks.contains(where: { $0.contains(address) }) { return .intranet }
    guard !hosts.isEmpty, let host else { return .extranet }
    // Without the port.
    let name = (host.last == UInt8(ascii: "]") ? host : host.prefix { $0 != UInt8(ascii: ":") })
      .map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    let isInternal = hosts.contains {
      name.count >= $0.count && name[(name.count - $0.count)...].elementsEqual($0)
    }
    return isInternal ? .intranet : .extranet
  }

  func network(of request: APIRequest) -> Network {
    network(address: request.connection.peer.octets, host: request.headers.first("host"))
  }
}
