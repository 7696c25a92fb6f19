import Background
import Testing

@Suite struct MemoryRestTests {
  private static let megabyte: UInt64 = 1 << 20

  /// Looks until memory is to be given back, at most `most` times; how often it looked.
  private func looks(_ rest: inout MemoryRest, activity: UInt64, megabytes: UInt64, most: Int) -> Int? {
    (1...most).first { _ in rest.isReleaseDue(activity: activity, bytes: megabytes * Self.megabyte) }
  }

  @Test func aRestGivesMemoryBackOnceWhileNothingGrows() {
    var rest = MemoryRest(activity: 5)
    let first = looks(&rest, activity: 5, megabytes: 140, most: 100)
    #expect(first == MemoryRest.looks)
    rest.released(to: 70 * Self.megabyte)
    let again = looks(&rest, activity: 5, megabytes: 75, most: 100)
    #expect(again == nil)
  }

  @Test func everyRequestBeginsTheRestAnew() {
    var rest = MemoryRest(activity: 0)
    for request in UInt64(1)...30 {
      let isDue = rest.isReleaseDue(activity: request, bytes: 0)
      #expect(!isDue)
    }
    let first = looks(&rest, activity: 30, megabytes: 1, most: 100)
    #expect(first == MemoryRest.looks)
    rest.released(to: Self.megabyte)
    // Another rest counts from its own beginning, grown or not.
    let isDue = rest.isReleaseDue(activity: 31, bytes: Self.megabyte)
    #expect(!isDue)
    let second = looks(&rest, activity: 31, megabytes: 1, most: 100)
    #expect(second == MemoryRest.looks)
  }

  @Test func whatGrowsInARestIsGivenBackAgain() {
    var rest = MemoryRest(activity: 0)
    let first = looks(&rest, activity: 0, megabytes: 140, most: 100)
    #expect(first == MemoryRest.looks)
    rest.released(to: 70 * Self.megabyte)
    let grown = looks(&rest, activity: 0, megabytes: 250, most: 100)
    #expect(grown == MemoryRest.looks)
    // What could not be given back is no growth.
    rest.released(to: 250 * Self.megabyte)
    let held = looks(&rest, activity: 0, megabytes: 251, most: 100)
    #expect(held == nil)
    // Growth counts from the least that was seen since.
    let shrunk = looks(&rest, activity: 0, megabytes: 60, most: 100)
    #expect(shrunk == nil)
    let regrown = looks(&rest, activity: 0, megabytes: 76, most: 100)
    #expect(regrown != nil)
  }
}
