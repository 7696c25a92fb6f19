import Primitives

/// The CRC of every 64 KiB of a payload that arrives in pieces of any size.
struct BlockSums {
  /// The CRCs of whole blocks.
  private var complete: [UInt32] = []
  private var running: UInt32 = 0
  private var runningBytes = 0

  /// The CRC of one block.
  static func sum(of block: UnsafeRawBufferPointer) -> UInt32 {
    // SAFETY: the caller's bytes are only read.
    unsafe CRC.crc32c(block)
  }

  /// Takes the payload's next bytes.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var start = 0
    while start < bytes.count {
      let count = min(VolumeFormat.blockSize - runningBytes, bytes.count - start)
      // SAFETY: `part` checks its range.
      running = unsafe CRC.crc32c(bytes.part(start..<start + count), seed: running)
      runningBytes += count
      start += count
      if runningBytes == VolumeFormat.blockSize { completeBlock() }
    }
  }

  /// The CRCs of all blocks, a last short one included; ready for the next payload.
  mutating func finish() -> [UInt32] {
    if runningBytes > 0 { completeBlock() }
    defer { complete = [] }
    return complete
  }

  private mutating func completeBlock() {
    complete.append(running)
    running = 0
    runningBytes = 0
  }
}
