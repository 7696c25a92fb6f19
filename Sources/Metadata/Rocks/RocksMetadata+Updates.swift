extension RocksMetadata {
  package func update<R: Sendable, E: MetadataFailure>(
    _ scope: UpdateScope, for purpose: UpdatePurpose,
    _ body: @escaping @Sendable (Transaction) throws(E) -> R
  ) async throws(E) -> R {
    let result: Result<R, E> = await unsafe withUnsafeContinuation { waiter in
      // SAFETY: the update resumes its waiter once, by `finish`, whatever happens.
      let update = unsafe ClosureUpdate(scope, body, waiter, for: purpose)
      guard let refusal = queue.submit(update) else { return }
      update.fail(refusal)
      update.finish()
    }
    return try result.get()
  }

  package func refusal(for purpose: UpdatePurpose) -> MetadataError? { space.room().refusal(for: purpose) }
}
