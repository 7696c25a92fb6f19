import Objects

/// A row of the operation table: a spec and, for the operations that are built, how to run one. Immutable; boxed
/// because every request hands one on.
package final class OperationRow: Sendable {
  package let spec: OperationSpec
  /// The dialect's name for it, where it is not the spec's.
  package let name: String
  /// Of the spec's errors, those that this dialect cannot meet.
  package let unmet: [S3ErrorCode]
  /// Codes that this dialect has for the operation beside those of the spec's errors.
  package let ownCodes: [String]
  /// Decodes, performs and encodes. Nil for operations that are declared only.
  package let run: Run?

  /// Decodes a request, performs it and encodes what it returns.
  package typealias Run = @Sendable (APIRequest, Services) async throws(S3Error) -> Reply

  /// The row of an operation type, under its own name or another.
  package init<O: Operation>(
    _ operation: O.Type, as name: String? = nil, unmet: [S3ErrorCode] = [], ownCodes: [String] = []
  ) {
    spec = O.spec
    self.unmet = unmet
    self.ownCodes = ownCodes
    self.name = name ?? O.spec.name
    run = { (request, services) throws(S3Error) in
      var input = try O.decode(request)
      try await O.prepare(&input, request, services)
      let output: O.Output
      do throws(ObjectError) {
        output = try await O.perform(input, request, services)
      } catch {
        throw S3Error(error, request)
      }
      return try O.encode(output, input, request)
    }
  }

  /// The row of what the chain answers by itself.
  init(_ spec: OperationSpec, run: @escaping Run) {
    self.spec = spec
    unmet = []
    ownCodes = []
    name = spec.name
    self.run = run
  }

  /// The row of an operation that is declared and not built.
  package init(notImplemented spec: OperationSpec) {
    self.spec = spec
    unmet = []
    ownCodes = []
    name = spec.name
    run = nil
  }
}
