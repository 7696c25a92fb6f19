import HTTP

extension OperationSpec {
  /// Whether a request of this method, scope and sub-resource has the parameters and headers as well.
  func matches(_ query: QueryParameters, _ fields: HeaderFields, _ dialect: Dialect) -> Bool {
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
