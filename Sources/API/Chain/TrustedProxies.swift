package import HTTP
package import Primitives
package import Ring

/// The proxies in front of the server that are believed when they say whose request they hand on.
///
/// Each proxy appends the address that it was called from to `X-Forwarded-For`. So the client is the right-most
/// address that is no trusted proxy's: what stands left of it is what the client says of itself. From whoever is no
/// trusted proxy the header counts for nothing.
package struct TrustedProxies: Sendable {
  /// Nobody is believed.
  package static let none = TrustedProxies(blocks: AddressBlocks())

  private let blocks: AddressBlocks

  private init(blocks: AddressBlocks) { self.blocks = blocks }

  /// - Throws: the text that is neither an address nor a block.
  package init(_ texts: [String]) throws(UnitError) { blocks = try AddressBlocks(texts) }

  /// The client for whom `peer` asks; nil where it asks for itself.
  package func client(behind peer: SocketAddress, _ headers: HeaderFields) -> SocketAddress? {
    if blocks.isEmpty || !blocks.contains(peer.octets) { return nil }
    var client: SocketAddress?
    let hops = headers.all("x-forwarded-for").joined(separator: [UInt8(ascii: ",")])
      .split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    for hop in hops.reversed() {
      // What is no address was not written by a proxy that is to be trusted.
      guard let address = SocketAddress(hop: hop) else { break }
      client = address
      if !blocks.contains(address.octets) { break }
    }
    return client
  }
}

extension SocketAddress {
  /// From an entry of `X-Forwarded-For`: an address, with a port or without.
  fileprivate init?(hop: some Collection<UInt8>) {
    guard hop.count < 64 else { return nil }
    let text = String(decoding: hop, as: Unicode.UTF8.self).filter { $0 != " " && $0 != "\t" }
    self.init(numeric: text)
  }
}
