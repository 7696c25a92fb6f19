/// Why a document is refused.
package enum XMLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// More bytes than `XMLLimits.bytes`.
  case tooLarge(limit: Int)
  /// Deeper than `XMLLimits.depth`.
  case tooDeep(limit: Int)
  /// More elements than `XMLLimits.elements`.
  case tooManyElements(limit: Int)
  /// More attributes on one element than `XMLLimits.attributes`.
  case tooManyAttributes(limit: Int)
  /// A document type declaration, which no S3 request has and which entity attacks need.
  case documentType
  /// Not well-formed; where (from 1) and expat's reason.
  case malformed(line: Int, column: Int, reason: String)

  /// A sentence for the client.
  package var description: String {
    switch self {
    case .tooLarge(let limit): "The document is longer than \(limit) bytes."
    case .tooDeep(let limit): "Elements are nested deeper than \(limit)."
    case .tooManyElements(let limit): "The document has more than \(limit) elements."
    case .tooManyAttributes(let limit): "An element has more than \(limit) attributes."
    case .documentType: "A document type declaration is not allowed."
    case .malformed(let line, let column, let reason): "Line \(line), column \(column): \(reason)."
    }
  }
}
