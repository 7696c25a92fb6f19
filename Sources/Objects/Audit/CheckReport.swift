package import Metadata
package import Synchronization

/// What `fsck` found.
package struct CheckReport: Sendable {
  package internal(set) var buckets = 0
  package internal(set) var objects = 0
  /// Versions that are not current, delete markers, and what was removed and is kept.
  package internal(set) var versions = 0
  package internal(set) var uploads = 0
  package internal(set) var parts = 0
  /// Extents that something refers to, each as often as it is named, and their payload bytes.
  package internal(set) var extents = 0
  package internal(set) var bytes: UInt64 = 0
  package internal(set) var segments = 0
  /// Complete extents in the segments that nothing refers to: space that reclaiming gives back, not a problem.
  package internal(set) var unreferencedExtents = 0
  package internal(set) var unreferencedBytes: UInt64 = 0
  /// What a rebuild of the metadata could be made of; nil where nothing is kept for one, or it was not looked at.
  package private(set) var rebuild: RebuildReport?
  /// The first `problemsLimit` problems.
  package internal(set) var problems: [CheckProblem] = []
  /// All problems.
  package internal(set) var problemCount = 0
  /// Those of all problems that a repair sets right.
  package internal(set) var repairableCount = 0
  /// Whether every row could be read and leads to all that it should.
  var isReadable = true
  /// Rows that were set right.
  package internal(set) var repaired = 0

  /// Problems that are kept in words.
  package static let problemsLimit = 10_000

  /// Nothing is set right: it is not known what may be.
  mutating func withholdRepairs() {
    problems = problems.map(\.withoutRepair)
    repairableCount = 0
  }

  /// Adds what was found of the journal and its bases; `remedy` says what mends a fault of theirs.
  package mutating func note(_ rebuild: RebuildReport, remedy: String) {
    self.rebuild = rebuild
    for fault in rebuild.faults { note(CheckProblem(.journal, "\(fault); \(remedy)")) }
  }

  mutating func note(_ problem: CheckProblem) {
    problemCount += 1
    if problem.isRepairable { repairableCount += 1 }
    if problem.kind == .damagedRecord || problem.kind == .wrongReferences && !problem.isRepairable {
      isReadable = false
    }
    if problems.count < Self.problemsLimit { problems.append(problem) }
  }
}

/// Something that does not agree.
package struct CheckProblem: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// Bytes on a volume are not what was written, or are gone; the object cannot be read whole.
    case damagedData = "damaged-data"
    /// A row of metadata cannot be read.
    case damagedRecord = "damaged-record"
    /// A segment is named by metadata and its file is missing.
    case missingSegment = "missing-segment"
    /// A count of objects, bytes or segment use is wrong.
    case wrongCounter = "wrong-counter"
    /// A count of references to a blob is wrong.
    case wrongReferences = "wrong-references"
    /// A rebuild of the metadata would lose something: its journal or a base is damaged.
    case journal = "metadata-journal"
    /// A row that nothing leads to.
    case orphan
  }

  package let kind: Kind
  /// A sentence.
  package let message: String
  /// The object that is concerned, where there is one.
  package let subject: StorageFailure.Subject?
  /// Where on the volumes it is.
  package let place: StorageFailure.Place?
  /// Whether `--repair` sets it right.
  package let isRepairable: Bool

  init(
    _ kind: Kind, _ message: String, subject: StorageFailure.Subject? = nil,
    place: StorageFailure.Place? = nil, isRepairable: Bool = false
  ) {
    self.kind = kind
    self.message = message
    self.subject = subject
    self.place = place
    self.isRepairable = isRepairable
  }

  /// The same, not to be set right.
  var withoutRepair: CheckProblem {
    CheckProblem(kind, message, subject: subject, place: place, isRepairable: false)
  }

  init(_ failure: StorageFailure) {
    self.init(
      failure.place == nil ? .damagedRecord : .damagedData, failure.message, subject: failure.subject,
      place: failure.place)
  }
}

/// How far a check is; may be looked at from any thread.
package final class CheckProgress: Sendable {
  /// 0 metadata, 1 extents, 2 segments, 3 done.
  package let phase = Atomic<Int>(0)
  /// Rows, payload bytes or segments that are done.
  package let done = Atomic<UInt64>(0)
  /// Of how many; 0 when not known.
  package let total = Atomic<UInt64>(0)
  private let isCancelled = Atomic<Bool>(false)

  package init() {}

  /// Asks the check to end.
  package func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Throws when the check was asked to end.
  func expectGoingOn() throws(ObjectError) {
    if isCancelled.load(ordering: .relaxed) { throw .storage(StorageFailure(.closed, "cancelled")) }
  }

  func begin(_ phase: Int, of total: UInt64) {
    done.store(0, ordering: .relaxed)
    self.total.store(total, ordering: .relaxed)
    self.phase.store(phase, ordering: .relaxed)
  }

  func advance(_ amount: UInt64) { done.add(amount, ordering: .relaxed) }
}
