/// HMAC-SHA-1 (RFC 2104), for Signature Version 2.
package enum HMACSHA1 {
  private static let blockLength = 64

  /// The 20 bytes of the authentication code of `message` under a key of any length.
  package static func authenticate(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    var block = key.count > blockLength ? hash(key, []) : key
    block.append(contentsOf: repeatElement(0, count: blockLength - block.count))
    return hash(block.map { $0 ^ 0x5C }, hash(block.map { $0 ^ 0x36 }, message))
  }

  /// SHA-1 of the two one after the other.
  private static func hash(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    var state = SHA1State()
    // SAFETY: the pointers do not outlive the closures.
    unsafe first.withUnsafeBytes { unsafe state.update($0) }
    unsafe second.withUnsafeBytes { unsafe state.update($0) }
    return state.finish()
  }
}
