import HTTP

extension OperationSpec {
  /// Whether a request of this method and scope meets the requirements. `subresource` is the one that the
  /// request names, if any.
  func matches(
    subresource: StaticString?, query: QueryParameters, headers fields: HeaderFields, _ dialect: Dialect
  ) -> Bool {
    switch (self.subresource, subresource) {
    case (nil, nil): break
    case (let own?, let named?):
      guard own.isSame(as: named) else { return false }
    default: return false
    }
    for parameter in parameters {
      if let value = parameter.value {
        guard query.has(parameter.name, value: value) else { return false }
      } else {
        guard query.contains(parameter.name) else { return false }
      }
    }
    for header in headers {
      guard fields.contains(dialect.headers.name(of: header)) else { return false }
    }
    return true
  }
}

extension HeaderVocabulary {
  /// How the dialect spells a header that recognises operations.
  func name(of header: OperationSpec.Header) -> StaticString {
    switch header {
    case .copySource: copySource
    case .renameSource: renameSource
    case .requestRoute: requestRoute
    }
  }
}

extension StaticString {
  /// Whether both spell the same bytes.
  func isSame(as other: StaticString) -> Bool {
    guard utf8CodeUnitCount == other.utf8CodeUnitCount else { return false }
    // SAFETY: both pointers lead to `utf8CodeUnitCount` bytes.
    return unsafe UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
      .elementsEqual(UnsafeBufferPointer(start: other.utf8Start, count: utf8CodeUnitCount))
  }
}
