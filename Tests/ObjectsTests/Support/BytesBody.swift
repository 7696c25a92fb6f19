import Primitives

@testable import Objects

/// A body of known bytes, given out in portions, that can fail or lie.
final class BytesBody: ObjectBody {
  struct Broken: Error {}

  let bytes: [UInt8]
  let length: UInt64?
  private let portion: Int
  private let failsAt: Int?
  private let trailer: (ChecksumAlgorithm, [UInt8])?
  private(set) var position = 0

  /// A body that gives out `portion` bytes at a time and fails at position `failsAt`. `announced` is what
  /// `length` says: nil for the true length, `.some(nil)` for none.
  init(
    _ bytes: [UInt8], announced: UInt64?? = nil, portion: Int = 50_000, failsAt: Int? = nil,
    trailer: (ChecksumAlgorithm, [UInt8])? = nil
  ) {
    self.bytes = bytes
    self.portion = portion
    self.failsAt = failsAt
    self.trailer = trailer
    length = announced ?? UInt64(bytes.count)
  }

  func read(into target: UnsafeMutableRawBufferPointer) async throws(ObjectBodyError) -> Int {
    // SAFETY: only the count is looked at.
    unsafe precondition(!target.isEmpty, "a body needs room")
    let end = min(bytes.count, failsAt ?? bytes.count)
    if position == end, failsAt != nil { throw ObjectBodyError(underlying: Broken()) }
    let count = min(portion, target.count, end - position)
    // SAFETY: `count` bytes fit the target.
    unsafe target.copyBytes(from: bytes[position..<(position + count)])
    position += count
    await Task.yield()
    return count
  }

  func trailingChecksum() -> (ChecksumAlgorithm, [UInt8])? { trailer }
}
