/// What must be true of the key's current object for a write to take effect; judged when it commits.
///
/// AWS user guide, "Conditional writes". On an absent key If-Match gives `.noSuchKey`, everything else that
/// does not hold gives `.preconditionFailed`.
package struct WriteConditions: Hashable, Sendable {
  /// If-Match.
  package var ifMatch: ETagMatch?
  /// If-None-Match: `*`.
  package var ifNoneMatchAny: Bool

  package init(ifMatch: ETagMatch? = nil, ifNoneMatchAny: Bool = false) {
    self.ifMatch = ifMatch
    self.ifNoneMatchAny = ifNoneMatchAny
  }

  /// No condition at all.
  package static let none = WriteConditions()

  package var isEmpty: Bool { ifMatch == nil && !ifNoneMatchAny }
}

/// Names a condition that did not hold; the dialect knows the header's spelling.
package enum FailedCondition: Hashable, Sendable {
  case ifMatch
  case ifNoneMatch
  case ifModifiedSince
  case ifUnmodifiedSince
  case copySourceIfMatch
  case copySourceIfNoneMatch
  case copySourceIfModifiedSince
  case copySourceIfUnmodifiedSince
}
