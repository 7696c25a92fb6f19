/// Ordered byte-string keys with scoped, serial, durable updates.
///
/// Keys compare bytewise. The first byte of a key names its table; table 0 belongs to the store itself
/// (docs/format/metadata.md). Keys are 1 to 4096 bytes long, values at most 64 MiB: both are the caller's
/// to keep, a breach is a programmer error.
package protocol MetadataStore: AnyObject, Sendable {
  /// The committed value of a key, as one copy, or nil.
  ///
  /// On a ring thread it is looked for in memory first; only when it may be on disk does the call hop to
  /// the blocking pool and back.
  func get(_ key: [UInt8]) async throws(MetadataError) -> [UInt8]?

  /// The committed value of a key if memory tells, without waiting and so without a suspension. After
  /// `.notInMemory`, `get` finds it.
  func look(up key: [UInt8]) throws(MetadataError) -> Lookup

  /// The committed values of several keys, in their order; at most one hop. Not one snapshot.
  func getMany(_ keys: [[UInt8]]) async throws(MetadataError) -> [[UInt8]?]

  /// Runs `body` serially with all other updates and returns once its writes are durable.
  ///
  /// `body` is synchronous, has no side effects and may be run more than once. When it throws, its writes
  /// are dropped and nobody else's are touched. Should the commit itself fail, the call throws
  /// `E(MetadataError)` that `mayHaveCommitted`: whether the writes survive is not known until the store is opened
  /// again. What was refused before says that nothing was written.
  /// Where the disk is nearly full, `purpose` decides whether it is run at all.
  func update<R: Sendable, E: MetadataFailure>(
    _ scope: UpdateScope, for purpose: UpdatePurpose, _ body: @escaping @Sendable (Transaction) throws(E) -> R
  ) async throws(E) -> R

  /// Why an update would be refused now for want of room, so that a caller can spare what comes before it; nil
  /// when it would not. Looks at the disk at most a few times a second.
  func refusal(for purpose: UpdatePurpose) -> MetadataError?

  /// Runs `body` over one snapshot on the blocking pool. `body` works in bounded steps.
  func read<R: Sendable, E: MetadataFailure>(
    _ body: @escaping @Sendable (any MetadataReader) throws(E) -> R
  ) async throws(E) -> R

  /// Returns once everything committed before the call would also survive the loss of the metadata disk: it is
  /// durable in the journal, or in a base that the journal goes on from. At once where there is no journal, or
  /// while the journal is failing.
  ///
  /// Whoever destroys what older metadata still refers to waits for it first (docs/ordering.md, "Journal").
  func journaled() async

  /// What the store has done and holds; cheap enough to ask every second.
  func statistics() -> MetadataStatistics

  /// Fails what waits with `.closed`, finishes the group being written, waits for readers, and lets go of
  /// the files. Blocks its thread: not for ring threads. Calling it again does nothing.
  func close()
}

extension MetadataStore {
  /// `update` of something that is kept.
  package func update<R: Sendable, E: MetadataFailure>(
    _ scope: UpdateScope, _ body: @escaping @Sendable (Transaction) throws(E) -> R
  ) async throws(E) -> R {
    try await update(scope, for: .keep, body)
  }

  /// Most stores have room for ever.
  package func refusal(for purpose: UpdatePurpose) -> MetadataError? { nil }
}
