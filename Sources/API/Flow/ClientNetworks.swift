package import Flow
import HTTP
package import Primitives
import Ring

/// Tells clients of the intranet from those of the extranet, by their address, by where they came in, or by the
/// name under which they call the server.
package struct ClientNetworks: Sendable {
  private let blocks: AddressBlocks
  /// In lower case.
  private let hosts: [[UInt8]]
  /// The names of listeners.
  private let listeners: [String]

  /// `sources` are addresses and blocks such as `10.0.0.0/8`; `hosts` the ends of host names; `listeners` the names
  /// of listeners that only the intranet can reach.
  ///
  /// - Throws: the text that is no block.
  package init(sources: [String], hosts: [String], listeners: [String] = []) throws(UnitError) {
    blocks = try AddressBlocks(sources)
    self.hosts = hosts.map { Array($0.lowercased().utf8) }
    self.listeners = listeners
  }

  /// Where everybody is in the extranet.
  package static let none = ClientNetworks()

  private init() {
    blocks = AddressBlocks()
    hosts = []
    listeners = []
  }

  /// The network of an address, a Host header and a listener.
  package func network(address: [UInt8], host: ArraySlice<UInt8>?, listener: String = "") -> Network {
    if blocks.contains(address) { return .intranet }
    if !listeners.isEmpty, listeners.contains(listener) { return .intranet }
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
    network(
      address: request.client.octets, host: request.headers.first("host"),
      listener: request.connection.listenerName)
  }
}
