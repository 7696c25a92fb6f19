/// What goes with a thing that is taken away: rows that another part keeps about it, written in the same commit.
package struct Departure<Subject: Sendable>: Sendable {
  /// Brings memory up to what was written.
  package typealias Follow = @Sendable () async -> Void

  /// Writes in the commit, which is of scope `.system`. As any closure it may run again; what it returns the last time
  /// is to run once the commit is durable, and before the caller is answered. Nil where nothing was written.
  package let commit:
    @Sendable (_ transaction: Transaction, _ subject: Subject) throws(MetadataError) -> Follow?

  package init(
    commit: @escaping @Sendable (Transaction, Subject) throws(MetadataError) -> Follow?
  ) {
    self.commit = commit
  }
}
