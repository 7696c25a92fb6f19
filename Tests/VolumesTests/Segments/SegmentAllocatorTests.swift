import Testing

@testable import Volumes

struct SegmentAllocatorTests {
  @Test func reservesWholePagesInOrder() {
    var allocator = SegmentAllocator(capacity: 10 * 4_096)
    func reserve(_ wanted: UInt64, _ least: UInt64) -> Range<UInt64>? {
      allocator.reserve(wanted, atLeast: least)
    }
    #expect(reserve(1, 1) == 4_096..<8_192)
    #expect(reserve(4_097, 4_097) == 8_192..<16_384)
    #expect(allocator.remaining == 6 * 4_096)
    #expect(reserve(7 * 4_096, 7 * 4_096) == nil)
    #expect(reserve(7 * 4_096, 4_096) == 16_384..<40_960)
    #expect(reserve(1, 1) == nil)
  }

  @Test func onlyTheNewestReservationShrinks() throws {
    var allocator = SegmentAllocator(capacity: 100 * 4_096)
    let firstReserved = allocator.reserve(8 * 4_096, atLeast: 1)
    let secondReserved = allocator.reserve(8 * 4_096, atLeast: 1)
    let first = try #require(firstReserved)
    let second = try #require(secondReserved)
    func giveBack(_ range: Range<UInt64>, from start: UInt64) -> Bool {
      allocator.giveBack(range, from: start)
    }
    #expect(!giveBack(first, from: first.lowerBound))
    #expect(!giveBack(second, from: second.upperBound))
    #expect(giveBack(second, from: second.lowerBound + 1))
    #expect(allocator.tail == second.lowerBound + 4_096)
    #expect(!giveBack(second, from: second.lowerBound + 1))
  }

  /// Reservations never overlap, whatever is given back.
  @Test(arguments: 0..<50) func reservationsNeverOverlap(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var allocator = SegmentAllocator(capacity: 1_000 * 4_096)
    var kept: [Range<UInt64>] = []
    while true {
      let wanted = UInt64.random(in: 1...100_000, using: &generator)
      guard let range = allocator.reserve(wanted, atLeast: min(wanted, 5_000)) else { break }
      let end = UInt64.random(in: range.lowerBound...range.upperBound, using: &generator)
      if Bool.random(using: &generator), allocator.giveBack(range, from: end) {
        kept.append(range.lowerBound..<end)
      } else {
        kept.append(range)
      }
    }
    for (index, range) in kept.enumerated().dropFirst() {
      #expect(range.lowerBound >= kept[index - 1].upperBound)
      #expect(range.lowerBound % 4_096 == 0)
    }
    #expect((kept.last?.upperBound ?? 0) <= allocator.capacity)
  }
}
