/// A key for HMAC-SHA-256 (RFC 2104) with both hash states already past their key block, so that a short
/// message costs two compressions and no set-up. Holds what amounts to the key: keep it as secret.
package struct HMACSHA256Key: Sendable {
  private static let blockLength = 64
  private let inner: SHA256State
  private let outer: SHA256State

  /// A key of any length.
  package init(_ key: [UInt8]) {
    var block = key.count > Self.blockLength ? SHA256.hash(key) : key
    block.append(contentsOf: repeatElement(0, count: Self.blockLength - block.count))
    inner = Self.state(after: block, mask: 0x36)
    outer = Self.state(after: block, mask: 0x5C)
  }

  /// The 32 bytes of the authentication code of a message.
  package func authenticate(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    // SAFETY: the code is copied before the closure returns.
    unsafe authenticate(bytes) { unsafe [UInt8]($0) }
  }

  /// Hands the authentication code to `body` without putting it on the heap.
  func authenticate<Result>(
    _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    var first = inner
    // SAFETY: reads exactly the buffer, and then the inner digest for the length of the closure.
    unsafe first.update(bytes)
    var second = outer
    unsafe first.finish { unsafe second.update($0) }
    return unsafe second.finish(body)
  }

  /// The 32 bytes of the authentication code of a message.
  package func authenticate(_ bytes: [UInt8]) -> [UInt8] {
    // SAFETY: the pointer does not outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe authenticate($0) }
  }

  private static func state(after block: [UInt8], mask: UInt8) -> SHA256State {
    var state = SHA256State()
    // SAFETY: the pointer does not outlive the closure.
    unsafe block.map { $0 ^ mask }.withUnsafeBytes { unsafe state.update($0) }
    return state
  }
}
