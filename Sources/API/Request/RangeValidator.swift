package import HTTP
package import Objects
import Primitives

/// `If-Range`: a range is wanted of just this version, else the whole object (RFC 9110 section 13.1.5). A download
/// that is taken up again so never mixes two versions.
package enum RangeValidator {
  /// Whether the range of a request may be answered. A weak tag, a list and what is neither tag nor date never
  /// holds; a date has to be the very one of `Last-Modified`.
  package static func holds(_ headers: HeaderFields, _ info: ObjectInfo) -> Bool {
    guard let value = headers.first("if-range") else { return true }
    if let date = Timestamp(imfFixdate: value) { return date.seconds == info.lastModified.seconds }
    return value.elementsEqual(Array("\"\(info.etag.text)\"".utf8))
  }
}
