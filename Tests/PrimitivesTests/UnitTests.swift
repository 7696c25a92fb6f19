import Testing

@testable import Primitives

struct UnitTests {
  @Test(arguments: [
    ("0", 0), ("4096", 4096), ("1B", 1), ("1KiB", 1024), ("500MiB", 524_288_000), ("2GiB", 2_147_483_648),
    ("1TiB", 1 << 40), ("3PiB", 3 << 50), ("5kB", 5000), ("5KB", 5000), ("10 MB", 10_000_000),
    ("1.5GiB", 1_610_612_736), ("0.5KiB", 512), ("2TB", 2_000_000_000_000), ("1PB", 1_000_000_000_000_000),
    ("18446744073709551615", UInt64.max), ("16383PiB", 16_383 << 50), ("0.000001MB", 1),
  ])
  func byteCounts(text: String, bytes: UInt64) throws {
    #expect(try ByteCount.parse(text).bytes == bytes)
  }

  @Test(arguments: [
    "", " ", "MiB", "-1", "+1", "1K", "1M", "1G", "1mib", "1Mib", "1 MiB ", "1.MiB", ".5MiB", "1.5.5MiB",
    "1,5MiB",
    "1e3", "0x10", "18446744073709551616", "16384PiB", "1.0000000MiB", "１MiB", "1MiB/s", "1 000",
  ])
  func badByteCounts(text: String) {
    let error = #expect(throws: UnitError.self) { try ByteCount.parse(text) }
    #expect(error?.text == text)
  }

  @Test(arguments: [
    (0, "0B"), (1, "1B"), (1023, "1023B"), (1024, "1KiB"), (1536, "1536B"), (524_288_000, "500MiB"),
    (1 << 30, "1GiB"), (1025 << 20, "1025MiB"), (1 << 60, "1024PiB"), (UInt64.max, "18446744073709551615B"),
  ])
  func formattedByteCounts(bytes: UInt64, text: String) throws {
    #expect(ByteCount(bytes).formatted == text)
    #expect(try ByteSize.parse(text).bytes == bytes)
    #expect(try Bandwidth.parse(text + "/s").bytesPerSecond == bytes)
    #expect(Bandwidth(bytesPerSecond: bytes).formatted == text + "/s")
  }

  @Test(arguments: [
    (UInt64(0), "0B"), (1023, "1023B"), (1024, "1KiB"), (1537, "1.5KiB"), (1_048_575, "1023.9KiB"),
    (1_234_567_890, "1.1GiB"), (5 << 40, "5TiB"), (UInt64.max, "16383.9PiB"),
  ])
  func approximateByteCounts(bytes: UInt64, text: String) {
    #expect(ByteCount(bytes).approximate == text)
  }

  @Test(arguments: [
    ("0", 0), ("1000", 1000), ("2Gbps", 250_000_000), ("100Mbps", 12_500_000), ("8bps", 1), ("15bps", 1),
    ("1.5Gbps", 187_500_000), ("10kbps", 1250), ("500MiB/s", 524_288_000), ("10MB/s", 10_000_000),
    ("7B/s", 7), ("1Tbps", 125_000_000_000),
  ])
  func bandwidths(text: String, rate: UInt64) throws {
    #expect(try Bandwidth.parse(text).bytesPerSecond == rate)
  }

  /// In the unit that is the shorter, as people write it.
  @Test(arguments: [(UInt64(250_000_000), "2Gbps"), (12_500_000, "100Mbps"), (1250, "10kbps"), (1, "1B/s")])
  func formattedBandwidths(rate: UInt64, text: String) throws {
    #expect(Bandwidth(bytesPerSecond: rate).formatted == text)
    #expect(try Bandwidth.parse(text).bytesPerSecond == rate)
  }

  @Test(arguments: ["", "Gbps", "2gbps", "2Gb", "2GiB", "2GiB/m", "/s", "-1Mbps", "2GiB/s/s", "1M/s"])
  func badBandwidths(text: String) {
    #expect(throws: UnitError.self) { try Bandwidth.parse(text) }
  }

  @Test(arguments: [
    ("0", Duration.zero), ("10s", .seconds(10)), ("5m", .seconds(300)), ("7d", .seconds(604_800)),
    ("2w", .seconds(1_209_600)), ("250ms", .milliseconds(250)), ("10us", .microseconds(10)),
    ("3ns", .nanoseconds(3)), ("1h30m", .seconds(5400)), ("1.5h", .seconds(5400)), ("0s", .zero),
    ("1m1s1ms", .milliseconds(61_001)), ("0.25s", .milliseconds(250)),
  ])
  func durations(text: String, duration: Duration) throws {
    #expect(try DurationText.parse(text) == duration)
  }

  @Test(arguments: [
    "", "10", "s", "10S", "-1s", "1s1m", "1s1s", "1m 30", "1x", "10sec", "99999999999d", "1h30", "ms",
    "100000000w100000000d",
  ])
  func badDurations(text: String) {
    #expect(throws: UnitError.self) { try DurationText.parse(text) }
  }

  @Test(arguments: ["0s", "10s", "5m", "7d", "1h30m", "250ms", "1d2h3m4s5ms6us7ns"])
  func formattedDurations(text: String) throws {
    #expect(DurationText.format(try DurationText.parse(text)) == text)
    #expect(DurationText.format(.seconds(-1)) == "0s")
  }
}
