/// Where and how a store keeps its journal and its bases.
package struct JournalOptions: Sendable {
  /// The directory on the volumes; `journal/` and `base/` are made in it.
  package var directory: String
  /// Nanoseconds from a write to the journal to its sync, at most.
  package var syncNanoseconds: UInt64 = 1_000_000_000
  /// Nanoseconds between two writes, at least. Zero: groups that come while one is written are the next, and a
  /// process that is killed loses no more than those.
  package var gatherNanoseconds: UInt64 = 0
  /// Bytes of groups that may wait for the journal's thread.
  package var queueBytes = 64 << 20
  /// Bytes after which a file is closed and the next begun.
  package var fileBytes: UInt64 = 32 << 20
  /// Bytes of journal behind a base that call for a new one, unless the base is larger.
  package var baseBytes: UInt64 = 256 << 20
  /// Nanoseconds after a failure before the journal, or a base, is tried again.
  package var retryNanoseconds: UInt64 = 5_000_000_000
  /// Bytes that stay free on the volume's disk: no base is taken that would leave less.
  package var freeBytesReserve: UInt64 = 256 << 20

  /// - Parameter directory: where it lies.
  package init(directory: String) {
    self.directory = directory
  }

  package var journalDirectory: String { directory + "/journal" }
  package var baseDirectory: String { directory + "/base" }
}

/// Something about journal, base or backup that an operator should read in the log.
package struct MetadataNotice: Sendable, Hashable {
  /// Whether somebody has to do something.
  package let isProblem: Bool
  package let text: String

  init(_ text: String, isProblem: Bool = false) {
    self.text = text
    self.isProblem = isProblem
  }
}
