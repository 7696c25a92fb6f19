package import HTTP
package import Objects
import Primitives

/// The conditional headers of a request.
///
/// Reads are judged by `ReadConditions` (RFC 9110 section 13.2.2), writes where they commit.
package enum Conditions {
  /// The four conditions of a read, or of a copy's source; nil without any of them. A date that does not parse
  /// is no condition.
  package static func read(_ headers: HeaderFields, _ names: ConditionHeaders) -> ReadConditions? {
    guard
      headers.contains(names.ifMatch) || headers.contains(names.ifNoneMatch)
        || headers.contains(names.ifModifiedSince) || headers.contains(names.ifUnmodifiedSince)
    else { return nil }
    return ReadConditions(
      ifMatch: tags(headers, names.ifMatch), ifNoneMatch: tags(headers, names.ifNoneMatch),
      ifModifiedSince: date(headers, names.ifModifiedSince),
      ifUnmodifiedSince: date(headers, names.ifUnmodifiedSince))
  }

  /// The conditions of a write: `If-Match` with a tag, or `If-None-Match: *`.
  ///
  /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>
  /// - Throws: NotImplemented for both at once, and for an `If-None-Match` other than `*`.
  package static func write(_ request: APIRequest) throws(S3Error) -> WriteConditions {
    let headers = request.headers
    if request.forbidsOverwrite { return WriteConditions(ifNoneMatchAny: true) }
    let ifMatch = tags(headers, "if-match")
    guard let ifNoneMatch = tags(headers, "if-none-match") else { return WriteConditions(ifMatch: ifMatch) }
    guard ifMatch == nil, ifNoneMatch == .any else {
      throw .notImplemented(header: "If-None-Match")
    }
    return WriteConditions(ifNoneMatchAny: true)
  }

  private static func tags(_ headers: HeaderFields, _ name: StaticString) -> ETagMatch? {
    guard let first = headers.first(name) else { return nil }
    let all = headers.all(name)
    guard all.count > 1 else { return ETagMatch(parsing: first) }
    // A field sent in several lines is one list (RFC 9110 section 5.3).
    return ETagMatch(parsing: Array(all.joined(separator: [UInt8(ascii: ",")])))
  }

  private static func date(_ headers: HeaderFields, _ name: StaticString) -> Timestamp? {
    headers.first(name).flatMap { Timestamp(imfFixdate: $0) }
  }
}

extension FailedCondition {
  /// The header as an error's `Condition` element names it in a dialect.
  package func headerName(_ names: HeaderVocabulary) -> String {
    let copySource = names.copySourceConditions.displayPrefix
    return switch self {
    case .ifMatch: "If-Match"
    case .ifNoneMatch: "If-None-Match"
    case .ifModifiedSince: "If-Modified-Since"
    case .ifUnmodifiedSince: "If-Unmodified-Since"
    case .copySourceIfMatch: copySource + "If-Match"
    case .copySourceIfNoneMatch: copySource + "If-None-Match"
    case .copySourceIfModifiedSince: copySource + "If-Modified-Since"
    case .copySourceIfUnmodifiedSince: copySource + "If-Unmodified-Since"
    }
  }
}
