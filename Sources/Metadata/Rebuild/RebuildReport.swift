/// What a rebuild found and did.
package struct RebuildReport: Sendable, Hashable {
  /// The base it began with; nil when the journal had everything.
  package var base: MetadataBackup?
  /// Groups of the journal behind the base, the writes in them, and their bytes.
  package var groups: UInt64 = 0
  package var writes: UInt64 = 0
  package var bytes: UInt64 = 0
  /// The sequence number it came to.
  package var sequence: UInt64 = 0
  /// Writes known to be missing: those of records that could not be applied, and those that lie in front of them.
  package var missing: UInt64 = 0
  /// Journal files of a later history, which nothing leads to.
  package var unusedFiles = 0
  /// Records in the database, estimated; zero for an examination.
  package var keys: UInt64 = 0
  /// What is not as it should be, a sentence each.
  package var problems: [String] = []
  /// Those of the problems by which a rebuild would lose something, or has one base less to begin with: not what a
  /// crash leaves.
  package var faults: [String] = []

  package init() {}

  mutating func note(fault: String) {
    problems.append(fault)
    faults.append(fault)
  }

  /// Whether everything that the journal holds was used.
  package var isComplete: Bool { missing == 0 && unusedFiles == 0 }
}

/// How far a rebuild is.
package enum RebuildProgress: Sendable {
  case restoring(MetadataBackup)
  /// Reading one of so many journal files.
  case replaying(file: Int, of: Int)
}
