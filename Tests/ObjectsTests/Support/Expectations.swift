import Testing

@testable import Objects

/// Expects `body` to throw just this error.
func expectError(
  _ expected: ObjectError, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Void
) async {
  let error = await failure(sourceLocation: sourceLocation, body)
  // `ObjectError` is not Equatable since it carries errors of others; its description has all values.
  if let error { #expect("\(error)" == "\(expected)", sourceLocation: sourceLocation) }
}

/// The error that `body` throws; records an issue when it throws none.
func failure(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> ObjectError? {
  do {
    try await body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as ObjectError {
    return error
  } catch {
    Issue.record("threw \(error)", sourceLocation: sourceLocation)
  }
  return nil
}

/// Expects all rows to agree with each other and with the volumes.
func expectSound(
  _ store: TestStore, _ what: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  let problems = try await Audit.run(store).problems
  #expect(problems.isEmpty, what, sourceLocation: sourceLocation)
}
