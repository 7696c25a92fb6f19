/// Who owns a bucket or an object: a canonical user id (AWS: 64 lower-case hexadecimal digits).
///
/// Nothing here looks inside it; it is stored, compared and shown.
package struct PrincipalID: Hashable, Sendable, CustomStringConvertible {
  /// The id as text, 1 to 255 bytes.
  package let string: String

  package init(_ string: String) {
    self.string = string
  }

  package var description: String { string }
}
