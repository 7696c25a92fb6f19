import Testing

@testable import Metadata

@Suite struct HybridClockTests {
  @Test func followsTheWallAndCountsBehindIt() {
    var clock = HybridClock(bound: 0)
    #expect(clock.next(wallMilliseconds: 1000).rawValue == 1000 << 16)
    #expect(clock.next(wallMilliseconds: 1000).rawValue == 1000 << 16 + 1)
    #expect(clock.next(wallMilliseconds: 5).rawValue == 1000 << 16 + 2)
    #expect(clock.next(wallMilliseconds: 1001).rawValue == 1001 << 16)
  }

  @Test func theCounterCarriesIntoTheMilliseconds() {
    var clock = HybridClock(bound: 0)
    for _ in 0..<65_536 { _ = clock.next(wallMilliseconds: 1000) }
    #expect(clock.next(wallMilliseconds: 1000).milliseconds == 1001)
  }

  @Test func aBoundIsStoredBeforeItIsPassed() {
    var clock = HybridClock(bound: 0)
    #expect(clock.boundToStore() == nil)
    _ = clock.next(wallMilliseconds: 1000)
    let bound = clock.boundToStore()
    #expect(bound == 1128 << 16)
    clock.stored(bound: bound ?? 0)
    for wall in stride(from: Int64(1000), through: 1127, by: 1) {
      _ = clock.next(wallMilliseconds: wall)
      #expect(clock.boundToStore() == nil)
    }
    _ = clock.next(wallMilliseconds: 1129)
    #expect(clock.boundToStore() == 1257 << 16)
    // What is opened with the bound starts above all that was handed out under it.
    var reopened = HybridClock(bound: bound ?? 0)
    #expect(reopened.next(wallMilliseconds: 0).rawValue > 1128 << 16)
  }

  @Test func theEndOfTimeDoesNotTrap() {
    var clock = HybridClock(bound: UInt64.max - 1)
    for _ in 0..<3 { _ = clock.next(wallMilliseconds: Int64.max) }
    #expect(clock.last == UInt64.max)
    #expect(clock.boundToStore() == UInt64.max)
  }

  @Test func theRecord() throws {
    for bound: UInt64 in [0, 1, 1 << 63, .max] {
      #expect(try HybridClock.decode(bound: HybridClock.encode(bound: bound)) == bound)
    }
    #expect(try HybridClock.decode(bound: nil) == 0)
    #expect(HybridClock.encode(bound: 258) == [1, 0, 0, 0, 0, 0, 0, 1, 2])
    for record: [UInt8] in [[], [1], [0, 0, 0, 0, 0, 0, 0, 0, 0], [UInt8](repeating: 1, count: 10)] {
      #expect(throws: MetadataError.self) { try HybridClock.decode(bound: record) }
    }
  }
}
