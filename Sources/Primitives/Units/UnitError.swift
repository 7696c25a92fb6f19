/// Why text is not a quantity.
package struct UnitError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text as given.
  package let text: String
  /// What would have been right, in words.
  package let expected: String

  package init(text: String, expected: String) {
    self.text = text
    self.expected = expected
  }

  /// A sentence for the person who wrote the text.
  package var description: String { "\"\(text)\" is not \(expected)" }
}
