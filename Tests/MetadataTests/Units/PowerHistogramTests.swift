import Metadata
import Testing

@Suite struct PowerHistogramTests {
  @Test func bucketsAndPercentiles() {
    var histogram = PowerHistogram()
    #expect(histogram.percentile(0.5) == 0)
    for value: UInt64 in [0, 1, 2, 3, 4, 1000, .max] { histogram.record(value) }
    #expect(histogram.count == 7)
    #expect(histogram.buckets[0] == 1 && histogram.buckets[1] == 1 && histogram.buckets[2] == 2)
    #expect(histogram.percentile(0.5) == 3)
    #expect(histogram.percentile(0.8) == 1023)
    #expect(histogram.percentile(1) == .max)
    #expect(histogram.percentile(0) == 0)
  }
}
