/// Goes through the journal behind a base: applies what follows without a hole, and finds out what is missing.
struct JournalReplay {
  let history: UInt64
  /// Where the state stands.
  private(set) var sequence: UInt64

  init(history: UInt64, sequence: UInt64) {
    self.history = history
    self.sequence = sequence
  }

  /// Calls `apply` with each record that follows, in order.
  mutating func run(
    _ files: [JournalFile], _ report: inout RebuildReport, _ progress: (RebuildProgress) -> Void,
    _ apply: (JournalSpan, [UInt8]) throws(MetadataError) -> Void
  ) throws(MetadataError) {
    let own = files.filter { $0.header.history == history }
    var state = (sequence: sequence, hole: UInt64?.none, greatest: UInt64(0))
    for (index, file) in own.enumerated() {
      progress(.replaying(file: index + 1, of: own.count))
      let end = try file.forEach { (span, bytes) throws(MetadataError) in
        state.greatest = max(state.greatest, span.last)
        guard span.last > state.sequence, state.hole == nil else { return }
        guard span.first == state.sequence + 1 else {
          state.hole = state.sequence
          return
        }
        try apply(span, bytes)
        state.sequence = span.last
        report.groups += 1
        report.writes += UInt64(span.count)
        report.bytes += UInt64(span.writes.count)
      }
      Self.describe(end, of: file, isLast: index == own.count - 1, &report)
    }
    sequence = state.sequence
    report.sequence = sequence
    // A file that begins behind the end tells of records that nobody can show.
    let greatest = max(state.greatest, own.last?.header.start ?? 0)
    if greatest > sequence {
      report.missing = greatest - sequence
      report.note(
        fault:
          "the journal has a hole behind sequence number \(sequence): \(report.missing) writes up to \(greatest) are"
          + " missing or lie behind it")
    }
    let later = files.filter { $0.header.history != history && $0.number > (own.last?.number ?? 0) }
    report.unusedFiles = later.count
    if let first = later.first, let last = later.last {
      report.note(
        fault:
          "journal files \(first.number) to \(last.number) belong to a later history that has no base: what they hold"
          + " is not used")
    }
  }

  private static func describe(
    _ end: JournalFile.End, of file: JournalFile, isLast: Bool, _ report: inout RebuildReport
  ) {
    let name = JournalName.string(file.number)
    switch end {
    case .whole: break
    case .torn(let offset):
      // In front of the next file it is what a crash leaves, and the numbers tell whether anything is missing.
      if isLast {
        report.problems.append("\(name) ends inside a record at byte \(offset), as after a power cut")
      }
    case .damaged(let offset):
      let text = "\(name) is damaged at byte \(offset)"
      // In front of another file, the numbers tell whether a rebuild needs what is lost.
      if isLast { report.note(fault: text) } else { report.problems.append(text) }
    }
  }
}
