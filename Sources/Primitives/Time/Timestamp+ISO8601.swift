/// ISO 8601 dates, as XML bodies and `X-Amz-Date` carry them.
extension Timestamp {
  /// A moment from `20260102T030405Z`.
  package init?(basic bytes: some Collection<UInt8>) {
    var scanner = DateScanner(bytes)
    guard let year = scanner.digits(4), let month = scanner.digits(2), let day = scanner.digits(2),
      scanner.skip(UInt8(ascii: "T")), let time = scanner.time(separator: nil),
      scanner.skip(UInt8(ascii: "Z")), scanner.isAtEnd,
      let date = CivilDate(
        year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second)
    else { return nil }
    milliseconds = date.milliseconds
  }

  /// A moment from `2026-01-02T03:04:05Z`, with up to nine decimals of a second (cut to three) and `Z` or an
  /// offset such as `+02:00`.
  package init?(iso8601 bytes: some Collection<UInt8>) {
    var scanner = DateScanner(bytes)
    let dash = UInt8(ascii: "-")
    guard let year = scanner.digits(4), scanner.skip(dash), let month = scanner.digits(2),
      scanner.skip(dash), let day = scanner.digits(2), scanner.skip(UInt8(ascii: "T")),
      let time = scanner.time(separator: UInt8(ascii: ":"))
    else { return nil }
    var fraction = 0
    if scanner.skip(UInt8(ascii: ".")) {
      guard let value = scanner.fraction() else { return nil }
      fraction = value
    }
    var offset = 0
    if !scanner.skip(UInt8(ascii: "Z")) {
      guard let minutes = scanner.offset(separator: UInt8(ascii: ":")) else { return nil }
      offset = minutes
    }
    guard scanner.isAtEnd,
      let date = CivilDate(
        year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second,
        millisecond: fraction)
    else { return nil }
    milliseconds = date.milliseconds - Int64(offset) * 60_000
  }
}
