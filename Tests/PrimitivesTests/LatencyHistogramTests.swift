import Testing

@testable import Primitives

struct LatencyHistogramTests {
  @Test func emptyAndSingle() {
    var histogram = LatencyHistogram()
    #expect(histogram.percentile(99) == 0 && histogram.minimum == 0 && histogram.maximum == 0)
    #expect(histogram.mean == 0 && histogram.count == 0)
    histogram.record(1_234_567)
    for p in [0.0, 50, 99.99, 100] { #expect(histogram.percentile(p) == 1_234_567) }
    #expect(histogram.sum == 1_234_567 && histogram.mean == 1_234_567)
    histogram.reset()
    #expect(histogram.count == 0 && histogram.percentile(50) == 0 && histogram.maximum == 0)
  }

  @Test func smallValuesAreExact() {
    var histogram = LatencyHistogram()
    for value in 0..<64 as Range<UInt64> { histogram.record(value) }
    #expect(histogram.percentile(50) == 31)
    #expect(histogram.percentile(100) == 63)
    #expect(histogram.countAtOrBelow(31) == 32)
  }

  /// Against the sorted values themselves, over nine decades.
  @Test func percentilesAreWithinTheBucket() {
    var random = TestRandom(seed: 10)
    var histogram = LatencyHistogram()
    var values: [UInt64] = []
    for _ in 0..<20_000 {
      let value = random.next() >> UInt64.random(in: 24...63, using: &random)
      values.append(value)
      histogram.record(value)
    }
    values.sort()
    for p in [0.1, 1, 10, 25, 50, 75, 90, 99, 99.9, 100] {
      let rank = max(1, Int((Double(values.count) * p / 100).rounded(.up)))
      let exact = Double(values[rank - 1])
      let measured = Double(histogram.percentile(p))
      #expect(measured >= exact && measured <= exact * 1.032 + 1, "p\(p): \(measured) for \(exact)")
    }
    #expect(histogram.minimum == values[0] && histogram.maximum == values[values.count - 1])
    #expect(histogram.count == 20_000)
  }

  @Test func extremesAreClamped() {
    var histogram = LatencyHistogram()
    histogram.record(.max)
    histogram.record(1 << 40)
    histogram.record((1 << 40) - 1)
    #expect(histogram.count == 3 && histogram.maximum == .max)
    #expect(histogram.percentile(10) >= (1 << 40) - 1)
    #expect(histogram.countAtOrBelow(.max) == 3)
    #expect(histogram.percentile(-5) > 0 && histogram.percentile(500) > 0)
  }

  @Test func mergeEqualsRecordingAll() {
    var random = TestRandom(seed: 11)
    var (a, b, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
    for index in 0..<1000 {
      let value = random.next() >> 40
      if index.isMultiple(of: 3) { a.record(value) } else { b.record(value) }
      both.record(value)
    }
    a.record(77, times: 5)
    both.record(77, times: 5)
    both.record(88, times: 0)
    a.merge(b)
    a.merge(LatencyHistogram())
    #expect(a.count == both.count && a.sum == both.sum)
    #expect(a.minimum == both.minimum && a.maximum == both.maximum)
    for p in stride(from: 0.0, through: 100, by: 2.5) { #expect(a.percentile(p) == both.percentile(p)) }
  }
}
