import Testing

@testable import Volumes

struct ReadCursorTests {
  private let capacity = 256 << 10

  private func steps(_ extents: [ExtentLocation], _ range: Range<UInt64>) throws -> [ReadStep] {
    var cursor = try ReadCursor(extents, range: range, capacity: capacity)
    var steps: [ReadStep] = []
    while let step = cursor.next() { steps.append(step) }
    return steps
  }

  @Test func aSmallExtentIsOneRead() throws {
    let extent = ExtentLocation(volume: 1, segment: 1, offset: 5_000, length: 16_384, headerLength: 130)
    let steps = try steps([extent], 0..<16_384)
    #expect(steps.count == 1)
    #expect(steps[0].withTrailer)
    #expect(steps[0].fileRange == 4_096..<24_576)
    #expect(steps[0].payloadStart == 1_034)
  }

  @Test func anAlignedMebibyteIsFourReads() throws {
    let extent = ExtentLocation(volume: 1, segment: 1, offset: 8_192, length: 1 << 20)
    let steps = try steps([extent], 0..<1 << 20)
    #expect(steps.map(\.blockCount) == [4, 4, 4, 4])
    #expect(steps.map(\.withTrailer) == [false, false, false, false])
    #expect(steps.allSatisfy { $0.payloadStart == 0 && $0.fileRange.count == capacity })
  }

  @Test func aRangeReadsOnlyItsBlocks() throws {
    let extent = ExtentLocation(volume: 1, segment: 1, offset: 8_192, length: 64 << 20)
    let steps = try steps([extent], 1_000_000..<1_000_001)
    #expect(steps.count == 1)
    #expect(steps[0].blockCount == 1)
    #expect(steps[0].firstBlock == 15)
    #expect(steps[0].fileRange.count == 65_536)
  }

  /// Every plan covers its range exactly, in order, within the buffer and the format's rules.
  @Test(arguments: 0..<300) func plansAreExact(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let extents = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
      let aligned = Bool.random(using: &generator)
      return ExtentLocation(
        volume: 1, segment: 1,
        offset: aligned
          ? 4_096 * .random(in: 1...9, using: &generator) : .random(in: 4_096...99_999, using: &generator),
        length: .random(in: 1...(aligned ? 2_000_000 : 400_000), using: &generator),
        headerLength: aligned ? 4_096 : .random(in: 96...1_300, using: &generator))
    }
    let total = extents.reduce(0) { $0 + $1.length }
    let lower = UInt64.random(in: 0...total, using: &generator)
    let upper = UInt64.random(in: lower...total, using: &generator)
    var covered: UInt64 = lower
    for step in try steps(extents, lower..<upper) {
      let extent = extents[step.extent]
      let before = extents[..<step.extent].reduce(0) { $0 + $1.length }
      #expect(before + UInt64(step.firstBlock * 65_536 + step.skip) == covered)
      #expect(step.take > 0 && step.skip < 65_536 && step.skip + step.take <= step.payloadLength)
      #expect(step.fileRange.count <= capacity)
      #expect(step.fileRange.lowerBound % 4_096 == 0 && step.fileRange.upperBound % 4_096 == 0)
      let payload = extent.payloadOffset + UInt64(step.firstBlock * 65_536)
      #expect(step.fileRange.lowerBound + UInt64(step.payloadStart) == payload)
      #expect(payload + UInt64(step.payloadLength) <= step.fileRange.upperBound)
      #expect(
        step.payloadLength == min(step.blockCount * 65_536, Int(extent.length) - step.firstBlock * 65_536))
      if step.withTrailer {
        #expect(step.fileRange.upperBound >= extent.trailerOffset + UInt64(extent.trailerLength))
      }
      covered += UInt64(step.take)
    }
    #expect(covered == upper)
  }

  @Test func aRangeBeyondTheExtentsIsDamage() {
    let extent = ExtentLocation(volume: 1, segment: 1, offset: 8_192, length: 100)
    let error = #expect(throws: VolumeError.self) { try steps([extent], 50..<101) }
    #expect(error?.code == .damaged)
    #expect(throws: VolumeError.self) { try steps([], 0..<1) }
    #expect(throws: Never.self) { try steps([], 0..<0) }
  }
}
