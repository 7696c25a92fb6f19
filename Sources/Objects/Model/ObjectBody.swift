package import Primitives

/// Where the bytes of an upload come from. Lives on one ring; not Sendable.
package protocol ObjectBody: AnyObject {
  /// Bytes in all, when they are known in advance.
  var length: UInt64? { get }

  /// Fills at least one byte of `target` and says how many; 0 means the end, and then everything that the
  /// transport promised (framing, signatures, payload hash) has been verified.
  func read(into target: UnsafeMutableRawBufferPointer) async throws(ObjectBodyError) -> Int

  /// The checksum that came behind the body; asked only after the end.
  func trailingChecksum() -> (ChecksumAlgorithm, [UInt8])?
}

/// The transport's own reason for giving up; passed through untouched.
package struct ObjectBodyError: Error, Sendable {
  package let underlying: any Error & Sendable

  package init(underlying: any Error & Sendable) {
    self.underlying = underlying
  }
}
