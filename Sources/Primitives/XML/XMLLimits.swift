/// What a document may cost before it is refused. The defaults hold a CompleteMultipartUpload of 10,000 parts
/// with a checksum each.
package struct XMLLimits: Sendable {
  /// Most bytes of a document.
  package var bytes: Int
  /// Most elements, one inside the other; the root counts.
  package var depth: Int
  /// Most elements in all.
  package var elements: Int
  /// Most attributes of one element.
  package var attributes: Int

  /// Limits; each must be positive.
  package init(
    bytes: Int = 8 << 20, depth: Int = 32, elements: Int = 100_000, attributes: Int = 16
  ) {
    precondition(bytes > 0 && depth > 0 && elements > 0 && attributes > 0)
    self.bytes = min(bytes, Int(Int32.max))
    self.depth = depth
    self.elements = elements
    self.attributes = attributes
  }
}
