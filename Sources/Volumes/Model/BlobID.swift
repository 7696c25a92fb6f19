/// The name of a blob: 128 bits that are never given to two blobs.
package struct BlobID: Hashable, Sendable {
  /// The upper 64 bits.
  package let high: UInt64
  /// The lower 64 bits.
  package let low: UInt64

  /// The id with these bits.
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}
