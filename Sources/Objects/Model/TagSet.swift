/// Tags of an object's version or of a bucket: pairs of text, in the order in which they were given; no key twice.
/// Whoever makes one has checked it against the limits (AWS user guide, "Categorizing your storage using tags").
package struct TagSet: Hashable, Sendable {
  package struct Tag: Hashable, Sendable {
    package let key: String
    package let value: String

    package init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// Tags that a version of an object may have (AWS: 10).
  package static let objectLimit = 10
  /// Tags that a bucket may have (AWS: 50).
  package static let bucketLimit = 50
  /// Unicode scalars of a key, 1 to this (AWS: 128).
  package static let longestKey = 128
  /// Unicode scalars of a value, 0 to this (AWS: 256).
  package static let longestValue = 256

  package let tags: [Tag]

  package init(_ tags: [Tag] = []) {
    self.tags = tags
  }

  package var isEmpty: Bool { tags.isEmpty }
}
