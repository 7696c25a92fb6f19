import COpenSSL

/// A digest over bytes that arrive in pieces. One object serves many messages: `finish` starts it anew. Its
/// state is held by value, so a digest costs one allocation in its life.
package final class Digest {
  /// What this computes.
  package let algorithm: DigestAlgorithm
  private var state: State

  /// An empty digest.
  package init(_ algorithm: DigestAlgorithm) {
    self.algorithm = algorithm
    state = State(algorithm)
  }

  /// Adds bytes.
  package func update(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: the caller vouches for the buffer; `State` reads no further.
    unsafe state.update(bytes)
  }

  /// Adds bytes.
  package func update(_ bytes: [UInt8]) {
    // SAFETY: the pointer does not outlive the closure.
    unsafe bytes.withUnsafeBytes { unsafe state.update($0) }
  }

  /// The digest of all bytes so far, CRCs as big-endian bytes; then starts anew.
  package func finish() -> [UInt8] {
    let result = state.finish()
    reset()
    return result
  }

  /// Forgets all bytes so far.
  package func reset() { state = State(algorithm) }
}

extension Digest {
  /// The algorithms' running states.
  private enum State {
    case md5(MD5State)
    case sha1(SHA1State)
    case sha256(SHA256State)
    case crc32(UInt32)
    case crc32c(UInt32)
    case crc64nvme(UInt64)
    case crc64ecma(UInt64)

    init(_ algorithm: DigestAlgorithm) {
      switch algorithm {
      case .md5: self = .md5(MD5State())
      case .sha1: self = .sha1(SHA1State())
      case .sha256: self = .sha256(SHA256State())
      case .crc32: self = .crc32(0)
      case .crc32c: self = .crc32c(0)
      case .crc64nvme: self = .crc64nvme(0)
      case .crc64ecma: self = .crc64ecma(0)
      }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
      // SAFETY: every case reads exactly the buffer.
      switch self {
      case .md5(var state):
        unsafe state.update(bytes)
        self = .md5(state)
      case .sha1(var state):
        unsafe state.update(bytes)
        self = .sha1(state)
      case .sha256(var state):
        unsafe state.update(bytes)
        self = .sha256(state)
      case .crc32(let crc): self = unsafe .crc32(CRC.crc32(bytes, seed: crc))
      case .crc32c(let crc): self = unsafe .crc32c(CRC.crc32c(bytes, seed: crc))
      case .crc64nvme(let crc): self = unsafe .crc64nvme(CRC.crc64nvme(bytes, seed: crc))
      case .crc64ecma(let crc): self = unsafe .crc64ecma(CRC.crc64ecma(bytes, seed: crc))
      }
    }

    func finish() -> [UInt8] {
      switch self {
      case .md5(var state): state.finish()
      case .sha1(var state): state.finish()
      case .sha256(var state): state.finish()
      case .crc32(let crc), .crc32c(let crc): Self.bigEndian(crc)
      case .crc64nvme(let crc), .crc64ecma(let crc): Self.bigEndian(crc)
      }
    }

    private static func bigEndian<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
      // SAFETY: the pointer is to a local for the length of the closure.
      unsafe withUnsafeBytes(of: word.bigEndian) { unsafe Array($0) }
    }
  }
}
