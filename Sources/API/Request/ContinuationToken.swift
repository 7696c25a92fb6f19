import Primitives

/// The token of a listing's next page: where the page ended, and nothing else.
///
/// It holds no state of the server, so it survives writes between two pages, restarts and other servers on
/// the same data. Form: URL-safe Base64 without padding of a version byte, the position and its CRC-32C.
package enum ContinuationToken {
  private static let version: UInt8 = 1

  /// The token of a position.
  package static func encode(_ position: [UInt8]) -> String {
    var bytes = [version] + position
    let checksum = checksum(bytes[...])
    for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: checksum >> shift)) }
    return String(
      decoding: Base64.encode(bytes).utf8.compactMap { byte -> UInt8? in
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        case UInt8(ascii: "="): nil
        default: byte
        }
      }, as: Unicode.UTF8.self)
  }

  /// The position of a token.
  ///
  /// - Throws: InvalidArgument for anything that `encode` did not make.
  package static func decode(_ token: [UInt8]) throws(S3Error) -> [UInt8] {
    var text = token.map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "-"): UInt8(ascii: "+")
      case UInt8(ascii: "_"): UInt8(ascii: "/")
      default: byte
      }
    }
    while !text.count.isMultiple(of: 4) { text.append(UInt8(ascii: "=")) }
    guard let bytes = Base64.decode(text), bytes.count >= 5, bytes[0] == version else { throw incorrect }
    let end = bytes.count - 4
    let stored = bytes[end...].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
    guard stored == checksum(bytes[..<end]) else { throw incorrect }
    return Array(bytes[1..<end])
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    // SAFETY: the buffer is only read while it is valid.
    unsafe bytes.withUnsafeBytes { unsafe CRC.crc32c($0) }
  }

  private static var incorrect: S3Error {
    .invalidArgument("continuation-token", nil, "The continuation token provided is incorrect")
  }
}
