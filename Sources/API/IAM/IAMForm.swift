/// The parameters of a query-protocol request.
package struct IAMForm: Sendable {
  private let parameters: QueryParameters

  /// - Parameter bytes: the form body, or the query of a GET.
  /// - Throws: ValidationError when an escape does not decode.
  package init(_ bytes: ArraySlice<UInt8>) throws(IAMError) {
    do throws(S3Error) {
      parameters = try QueryParameters(bytes)
    } catch {
      throw IAMError(.malformedQueryString, "The query string contains a syntax error.")
    }
  }

  /// A parameter, nil when it is not there.
  ///
  /// - Throws: ValidationError when it is not UTF-8.
  package func string(_ name: StaticString) throws(IAMError) -> String? {
    do throws(S3Error) {
      return try parameters.string(name)
    } catch {
      throw .validation(IAMForm.memberName(name), nil, "Member must be UTF-8")
    }
  }

  /// A parameter that must be there.
  package func required(_ name: StaticString) throws(IAMError) -> String {
    guard let value = try string(name), !value.isEmpty else {
      throw .validation(IAMForm.memberName(name), nil, "Member must not be null")
    }
    return value
  }

  /// Whether the parameter is there.
  package func contains(_ name: StaticString) -> Bool { parameters.contains(name) }

  /// `UserName` is `userName` in messages.
  static func memberName(_ name: StaticString) -> String {
    let text = "\(name)"
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
