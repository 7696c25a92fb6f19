/// Why bytes are not the record that a reader expected. Damaged disks and old formats get here, so it is an
/// error and never a trap.
package enum RecordError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The record ends inside a field; `offset` is where that field begins.
  case truncated(offset: Int)
  /// A variable-length integer does not fit 64 bits or is longer than needed.
  case badInteger(offset: Int)
  /// A text field is not UTF-8.
  case badText(offset: Int)
  /// Bytes follow the last field.
  case trailingBytes(count: Int)
  /// The record's format version is none that this release reads.
  case unknownVersion(UInt8)
  /// A field holds a value that its meaning does not allow; names the field.
  case badValue(String)

  /// A sentence for a log.
  package var description: String {
    switch self {
    case .truncated(let offset): "record ends inside the field at byte \(offset)"
    case .badInteger(let offset): "malformed variable-length integer at byte \(offset)"
    case .badText(let offset): "text at byte \(offset) is not UTF-8"
    case .trailingBytes(let count): "\(count) bytes follow the end of the record"
    case .unknownVersion(let version): "unknown record version \(version)"
    case .badValue(let field): "impossible value of \(field)"
    }
  }
}
