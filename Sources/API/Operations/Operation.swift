package import Objects

/// One operation of the API: how it is recognised, decoded, run and encoded.
///
/// The stages are apart so that each is as pure as it can be: `decode` and `encode` see the request only,
/// `perform` makes the one call on the object store.
package protocol Operation: Sendable {
  /// What the request asks for, typed and checked.
  associatedtype Input
  /// What the object store answered.
  associatedtype Output

  static var spec: OperationSpec { get }

  /// Reads the input from the request: parameters, headers and, where the body policy is `.buffered`, the
  /// payload.
  static func decode(_ request: APIRequest) throws(S3Error) -> Input

  /// Settles what must be known before the call and is not in the request; most operations have nothing.
  static func prepare(
    _ input: inout Input, _ request: APIRequest, _ services: Services
  ) async throws(S3Error)

  /// Makes the call.
  static func perform(
    _ input: Input, _ request: APIRequest, _ services: Services
  ) async throws(ObjectError) -> Output

  /// Writes the reply. Throws where what was found decides against the request (conditions, ranges).
  static func encode(_ output: Output, _ input: Input, _ request: APIRequest) throws(S3Error) -> Reply
}

extension Operation {
  package static func prepare(
    _ input: inout Input, _ request: APIRequest, _ services: Services
  ) async throws(S3Error) {}
}
