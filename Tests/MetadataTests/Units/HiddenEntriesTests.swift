import Testing

@testable import Metadata

/// The decisions, behind a reference: an expectation cannot call what changes a value.
private final class Entries {
  var state = HiddenEntries()

  func note(_ scan: HiddenEntries.Scan, now: UInt64) -> Bool { state.note(scan, now: now) }
  func action(_ figures: HiddenEntries.Figures) -> HiddenEntries.Action { state.action(figures) }
}

/// When scans have stepped over enough for a flush or a compaction.
@Suite struct HiddenEntriesTests {
  static let bucket = HiddenEntries.Span(lower: [1], upper: [2])
  static let other = HiddenEntries.Span(lower: [5], upper: nil)
  static let least = HiddenEntries.leastPrice

  /// An idle store with little in it.
  static func figures(
    memtable: UInt64 = 10_000, merged: UInt64 = 0, span: UInt64 = 0,
    _ change: (inout HiddenEntries.Figures) -> Void = { _ in }
  ) -> HiddenEntries.Figures {
    var figures = HiddenEntries.Figures(
      memtableEntries: memtable, mergedBytes: merged, spanBytes: span, levelZeroFiles: 0, isFlushing: false,
      isCompacting: false, hasRoom: true)
    change(&figures)
    return figures
  }

  static func scan(
    memtables: UInt64 = 0, tables: UInt64 = 0, _ span: HiddenEntries.Span = bucket
  ) -> HiddenEntries.Scan {
    HiddenEntries.Scan(inMemtables: memtables, inTables: tables, span: span)
  }

  @Test func nothingBelowTheLeastPrice() {
    let entries = Entries()
    #expect(!entries.note(Self.scan(memtables: Self.least - 1), now: 1))
    #expect(entries.note(Self.scan(memtables: 1), now: 1))
    // It is asked once, until the answer is there.
    #expect(!entries.note(Self.scan(memtables: 1), now: 1))
    #expect(entries.action(Self.figures()) == .flush)
  }

  @Test func aFlushPaysForItsEntriesAndItsPartOfAMerge() {
    let figures = Self.figures(memtable: 100_000, merged: 1_024_000)
    #expect(HiddenEntries.flushPrice(figures) == 25_000 + 1000)
    let entries = Entries()
    #expect(entries.note(Self.scan(memtables: 25_999), now: 1))
    #expect(entries.action(figures) == .none)
    // Then it is looked at again after some more, not at once.
    #expect(!entries.note(Self.scan(memtables: Self.least - 1), now: 1))
    #expect(entries.note(Self.scan(memtables: 1), now: 1))
    #expect(entries.action(figures) == .flush)
  }

  @Test func aNearlyEmptyMemtableIsNeverFlushed() {
    let entries = Entries()
    var looks = 0
    for _ in 0..<1000 where entries.note(Self.scan(memtables: 100_000), now: 1) {
      looks += 1
      #expect(entries.action(Self.figures(memtable: HiddenEntries.leastEntries - 1)) == .none)
    }
    #expect(looks == 1000)
  }

  @Test func aCompactionPaysForWhatItMerges() {
    let figures = Self.figures(merged: 25_600_000, span: 2_560_000)
    #expect(HiddenEntries.compactionPrice(figures) == 110_000)
    let entries = Entries()
    #expect(entries.note(Self.scan(tables: 109_999), now: 1))
    #expect(entries.action(figures) == .none)
    #expect(entries.note(Self.scan(tables: Self.least), now: 1))
    #expect(entries.action(figures) == .compact(Self.bucket))
  }

  @Test func theSpanThatMostWasInIsCompacted() {
    let entries = Entries()
    for turn in 0..<30 {
      let isOther = turn % 3 == 2
      _ = entries.note(Self.scan(tables: 1000, isOther ? Self.other : Self.bucket), now: 1)
    }
    #expect(entries.state.span == Self.bucket)
    #expect(entries.action(Self.figures()) == .compact(Self.bucket))
  }

  @Test func aSpanThatIsTooLargeIsForgotten() {
    let figures = Self.figures(span: HiddenEntries.spanLimit + 1)
    let entries = Entries()
    #expect(entries.note(Self.scan(tables: 1 << 30), now: 1))
    #expect(entries.action(figures) == .none)
    #expect(entries.state.inTables == 0 && entries.state.span == nil)
  }

  @Test func nothingWhileRocksDBIsAtItOrBehindOrTheDiskIsFull() {
    for change: (inout HiddenEntries.Figures) -> Void in [
      { $0.hasRoom = false },
      {
        $0.isFlushing = true; $0.isCompacting = true
      },
    ] {
      let entries = Entries()
      #expect(entries.note(Self.scan(memtables: 1 << 20, tables: 1 << 20), now: 1))
      #expect(entries.action(Self.figures(change)) == .none)
    }
    let entries = Entries()
    #expect(entries.note(Self.scan(memtables: 1 << 20), now: 1))
    let behind = Self.figures { $0.levelZeroFiles = HiddenEntries.levelZeroLimit + 1 }
    #expect(entries.action(behind) == .none)
  }

  @Test func whatRocksDBMergesByItselfIsCountedAnew() {
    let entries = Entries()
    #expect(entries.note(Self.scan(tables: 1 << 20), now: 1))
    #expect(entries.action(Self.figures { $0.isCompacting = true }) == .none)
    #expect(!entries.note(Self.scan(tables: Self.least - 1), now: 1))
    #expect(entries.note(Self.scan(tables: 1), now: 1))
    #expect(entries.action(Self.figures()) == .compact(Self.bucket))
  }

  /// Whatever readers do: what is done for them is at most a fifth of the time.
  @Test func restsAfterWork() {
    let entries = Entries()
    let figures = Self.figures(merged: 1000)
    #expect(entries.note(Self.scan(memtables: 1 << 20), now: 100))
    let action = entries.action(figures)
    #expect(action == .flush)
    entries.state.finished(action, figures, took: 50, now: 150)
    #expect(entries.state.inMemtables == 0 && entries.state.inTables == 0)
    // Four times 50, and as long for a quarter of the bytes that four flushes have merged.
    let end: UInt64 = 150 + 4 * (50 + 250 * HiddenEntries.nanosecondsForByte)
    #expect(!entries.note(Self.scan(tables: 1 << 20), now: end - 1))
    #expect(entries.note(Self.scan(tables: 1), now: end))
    let next = entries.action(figures)
    #expect(next == .compact(Self.bucket))
    entries.state.finished(next, figures, took: .max / 8, now: end)
    #expect(entries.note(Self.scan(tables: 1 << 20), now: end + HiddenEntries.longestRest))
  }
}
