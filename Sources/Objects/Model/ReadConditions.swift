package import Primitives

/// The conditions of a read, or of the source of a copy (RFC 9110, 13.2.2, with S3's answers).
package struct ReadConditions: Hashable, Sendable {
  package var ifMatch: ETagMatch?
  package var ifNoneMatch: ETagMatch?
  package var ifModifiedSince: Timestamp?
  package var ifUnmodifiedSince: Timestamp?

  package init(
    ifMatch: ETagMatch? = nil, ifNoneMatch: ETagMatch? = nil, ifModifiedSince: Timestamp? = nil,
    ifUnmodifiedSince: Timestamp? = nil
  ) {
    self.ifMatch = ifMatch
    self.ifNoneMatch = ifNoneMatch
    self.ifModifiedSince = ifModifiedSince
    self.ifUnmodifiedSince = ifUnmodifiedSince
  }

  package static let none = ReadConditions()

  /// What the conditions say of an object.
  package enum Verdict: Hashable, Sendable {
    case proceed
    /// 304 for a read; a copy takes it for a failure. Holds the condition that was not met.
    case notModified(FailedCondition)
    /// 412.
    case failed(FailedCondition)
  }

  /// Judges in the order of RFC 9110, 13.2.2: If-Match beats If-Unmodified-Since, If-None-Match beats
  /// If-Modified-Since. Dates are compared by whole seconds; If-Modified-Since in the future is ignored.
  package func verdict(etag: ETag, lastModified: Timestamp, now: Timestamp) -> Verdict {
    let modified = lastModified.seconds
    if let ifMatch {
      if !ifMatch.matches(etag) { return .failed(.ifMatch) }
    } else if let ifUnmodifiedSince, modified > ifUnmodifiedSince.seconds {
      return .failed(.ifUnmodifiedSince)
    }
    if let ifNoneMatch {
      if ifNoneMatch.matches(etag) { return .notModified(.ifNoneMatch) }
    } else if let ifModifiedSince, ifModifiedSince <= now, modified <= ifModifiedSince.seconds {
      return .notModified(.ifModifiedSince)
    }
    return .proceed
  }
}
