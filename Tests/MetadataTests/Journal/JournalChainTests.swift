import Testing

@testable import Metadata

/// What a rebuild could be made of, as files and bases come and go.
@Suite struct JournalChainTests {
  private static func file(_ number: UInt64, start: UInt64, history: UInt64 = 1) -> JournalChain.File {
    JournalChain.File(number: number, path: "\(number)", history: history, start: start, bytes: 100)
  }

  private static func base(_ id: UInt32, _ sequence: UInt64, history: UInt64 = 1) -> JournalBase {
    JournalBase(id: id, history: history, sequence: sequence, milliseconds: 0, bytes: 1)
  }

  @Test func aStoreThatBeganEmptyNeedsNoBase() {
    var chain = JournalChain(history: 1, origin: 2, isFromEmpty: true, end: 2)
    #expect(chain.isCovered)
    let isGap = chain.began(Self.file(1, start: 2))
    #expect(!isGap)
    chain.wrote(upTo: 10, fileBytes: 500)
    #expect(chain.reachable == 2)
    chain.syncedAll()
    #expect(chain.reachable == 10 && chain.bytesBehindBase == 500)
    #expect(chain.header(start: 10).isFromEmpty)
  }

  @Test func aHoleIsHealedByABaseBehindIt() {
    var chain = JournalChain(
      history: 1, origin: 2, isFromEmpty: true, end: 10, files: [Self.file(1, start: 2)])
    let isGap = chain.began(Self.file(2, start: 15))
    #expect(isGap)
    #expect(!chain.isCovered && chain.origin == 15)
    chain.wrote(upTo: 20, fileBytes: 10)
    chain.syncedAll()
    #expect(chain.reachable == 10, "what lies behind a hole is not reached")
    chain.took(Self.base(1, 14), keeping: [1])
    #expect(!chain.isCovered, "a base in front of the hole does not help")
    chain.took(Self.base(2, 18), keeping: [1, 2])
    #expect(chain.isCovered && chain.reachable == 20)
    #expect(chain.superfluous.map(\.number) == [1])
  }

  @Test func whatIsLostBreaksTheChainAtOnce() {
    var chain = JournalChain(history: 1, origin: 2, isFromEmpty: true, end: 10)
    chain.lost(upTo: 12)
    #expect(!chain.isCovered && chain.reachable == 10)
    #expect(chain.header(start: 12).origin == 12 && !chain.header(start: 12).isFromEmpty)
    let isGap = chain.began(Self.file(3, start: 12))
    #expect(isGap)
  }

  @Test func filesAreKeptForTheOlderBase() {
    let files = [2, 100, 200, 300].enumerated().map { Self.file(UInt64($0.offset + 1), start: $0.element) }
    var chain = JournalChain(history: 1, origin: 2, isFromEmpty: true, end: 350, files: files)
    chain.took(Self.base(1, 150), keeping: [1])
    #expect(chain.superfluous.map(\.number) == [1])
    #expect(chain.bytesBehindBase == 300)
    chain.took(Self.base(2, 320), keeping: [1, 2])
    #expect(chain.superfluous.map(\.number) == [1], "the older base still needs the second and third")
    #expect(chain.bytesBehindBase == 100)
    chain.removed(chain.superfluous)
    #expect(chain.origin == 100 && !chain.isFromEmpty && chain.isCovered)
    chain.took(Self.base(3, 350), keeping: [2, 3])
    #expect(chain.superfluous.map(\.number) == [2, 3])
  }

  @Test func otherHistoriesGoOnceThisOneHasABase() {
    let files = [Self.file(1, start: 2, history: 9), Self.file(2, start: 50)]
    var chain = JournalChain(
      history: 1, origin: 50, isFromEmpty: false, end: 60, files: files, bases: [Self.base(1, 55, history: 9)]
    )
    #expect(!chain.isCovered && chain.superfluous.isEmpty)
    chain.took(Self.base(2, 60), keeping: [1, 2])
    #expect(chain.isCovered && chain.superfluous.map(\.number) == [1])
  }
}
