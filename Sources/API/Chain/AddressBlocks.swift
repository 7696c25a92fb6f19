package import Primitives
import Ring

/// Blocks of addresses, such as `10.0.0.0/8` and `fc00::/7`.
package struct AddressBlocks: Sendable {
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

  /// Blocks, and single addresses.
  ///
  /// - Throws: the text that is neither.
  package init(_ texts: [String]) throws(UnitError) {
    var blocks: [Block] = []
    for text in texts {
      let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let octets = SocketAddress.octets(ofNumeric: parts[0]),
        let length = parts.count > 1 ? Int(parts[1]) : octets.count * 8,
        (0...octets.count * 8).contains(length)
      else { throw UnitError(text: text, expected: "an address or a block such as 10.0.0.0/8 or fc00::/7") }
      blocks.append(Block(octets: octets, length: length))
    }
    self.blocks = blocks
  }

  /// No address at all.
  init() { blocks = [] }

  var isEmpty: Bool { blocks.isEmpty }

  /// Whether an address of 4 or 16 bytes is in one of them.
  func contains(_ address: [UInt8]) -> Bool { blocks.contains { $0.contains(address) } }
}
