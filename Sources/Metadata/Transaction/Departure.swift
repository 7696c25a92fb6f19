/// What goes with a thing that is taken away: rows that another part keeps about it, written in the same commit.
package struct Departure<Subject: Sendable>: Sendable {
  /// Writes in the commit, which is of scope `.system`. As any closure it may run again.
  package let commit: @Sendable (_ transaction: Transaction, _ subject: Subject) throws(MetadataError) -> Void
  /// Follows in memory, once the commit is durable and before the caller is answered.
  package let follow: @Sendable (_ subject: Subject) async -> Void

  package init(
    commit: @escaping @Sendable (Transaction, Subject) throws(MetadataError) -> Void,
    follow: @escaping @Sendable (Subject) async -> Void
  ) {
    self.commit = commit
    self.follow = follow
  }
}
