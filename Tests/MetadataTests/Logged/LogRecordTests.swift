import Testing

@testable import Metadata

@Suite struct LogRecordTests {
  private let groups: [[LogWrite]] = [
    [LogWrite(key: [1], value: [2, 3]), LogWrite(key: [4], value: nil)],
    [LogWrite(key: [], value: [])],
    [LogWrite(key: [9], value: [UInt8](repeating: 7, count: 300))],
  ]

  private var log: [UInt8] {
    groups.enumerated().flatMap { LogRecord.encode(number: UInt64($0.offset) + 1, $0.element) }
  }

  @Test func whatIsWrittenIsRead() {
    let found = LogRecord.decodeAll(log)
    #expect(found.groups == groups && found.length == log.count)
  }

  /// Wherever the log breaks off, whole groups before it count and nothing else.
  @Test func aTornTailIsNoGroup() {
    let whole = log
    for length in whole.indices {
      let found = LogRecord.decodeAll(Array(whole[..<length]))
      #expect(found.groups == Array(groups[..<found.groups.count]) && found.length <= length)
      #expect(found.groups.count < groups.count)
    }
  }

  @Test func aTurnedBitEndsTheLog() {
    for index in log.indices {
      var damaged = log
      damaged[index] ^= 1
      #expect(LogRecord.decodeAll(damaged).groups.count < groups.count)
    }
  }

  /// What an earlier run left behind the end has a number that does not follow.
  @Test func leftoversAreNoGroup() {
    let second = LogRecord.encode(number: 2, groups[1])
    let found = LogRecord.decodeAll(LogRecord.encode(number: 1, groups[0]) + second + second)
    #expect(found.groups.count == 2)
  }
}
