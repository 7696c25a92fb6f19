import Metadata
import Synchronization

extension IdentityStore {
  /// Commits a change of one row and then brings memory up to it.
  ///
  /// Two changes of one row may come back from their commits in any order. The moment of its commit tells
  /// which is the younger: memory never goes back behind a change that it has seen.
  ///
  /// - Parameters:
  ///   - row: the key of the only row that `commit` writes or deletes.
  ///   - purpose: whether it adds something, or must go on when the disk is full, as taking rights away must.
  ///   - commit: runs in the transaction; its result is what `remember` gets.
  ///   - remember: does to memory what the commit did to the row.
  /// - Returns: the result of `commit`.
  /// - Throws: what `commit` throws; `.metadata`.
  @discardableResult
  func change<R: Sendable>(
    _ row: [UInt8], for purpose: UpdatePurpose = .keep,
    commit: @escaping @Sendable (Transaction) throws(AccessError) -> R,
    remember: (inout Directory, R) -> Void
  ) async throws(AccessError) -> R {
    directory.withLock { $0.order.begin() }
    defer { directory.withLock { $0.order.end() } }
    let (result, moment) = try await metadata.update(.system, for: purpose) {
      (transaction) throws(AccessError) -> (R, CommitTimestamp) in
      (try commit(transaction), transaction.timestamp)
    }
    directory.withLock { directory in
      if directory.order.isYoungest(moment, of: row) { remember(&directory, result) }
    }
    return result
  }
}

/// Which change of each row memory holds.
///
/// Kept, for deleted rows too, while any change is under way; then all are in memory, and whatever is begun
/// later commits later.
struct ChangeOrder: Sendable {
  private var youngest: [[UInt8]: CommitTimestamp] = [:]
  private var underway = 0

  /// Before a change is handed to the store.
  mutating func begin() { underway += 1 }

  /// After memory holds the change, or it failed.
  mutating func end() {
    underway -= 1
    if underway == 0 { youngest.removeAll() }
  }

  /// Whether the change committed at `moment` is the youngest of its row so far; notes it if it is.
  mutating func isYoungest(_ moment: CommitTimestamp, of row: [UInt8]) -> Bool {
    if let known = youngest[row], known.rawValue > moment.rawValue { return false }
    youngest[row] = moment
    return true
  }

  /// Rows kept in mind.
  var count: Int { youngest.count }
}
