/// Text forms of a moment. Years outside 0...9999 are clamped to that range.
extension Timestamp {
  /// `2026-01-02T03:04:05.678Z`.
  package var iso8601: String { text { append(iso8601To: &$0) } }

  /// `2026-01-02T03:04:05.000Z`: truncated to the second, as S3 writes dates of objects.
  package var iso8601Seconds: String { text { append(iso8601SecondsTo: &$0) } }

  /// `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 9110 section 5.6.7).
  package var imfFixdate: String { text { append(imfFixdateTo: &$0) } }

  /// `20260102T030405Z`, the form of `X-Amz-Date`.
  package var basic: String { text { append(basicTo: &$0) } }

  /// `20260102`, the day of a Signature Version 4 credential scope.
  package var day: String { text { append(dayTo: &$0) } }

  /// Appends what `iso8601` says.
  package func append(iso8601To output: inout [UInt8]) {
    CivilDate(milliseconds: milliseconds).appendISO8601(to: &output)
  }

  /// Appends what `iso8601Seconds` says.
  package func append(iso8601SecondsTo output: inout [UInt8]) {
    var date = CivilDate(milliseconds: milliseconds)
    date.millisecond = 0
    date.appendISO8601(to: &output)
  }

  /// Appends what `imfFixdate` says.
  package func append(imfFixdateTo output: inout [UInt8]) {
    let date = CivilDate(milliseconds: milliseconds)
    output.append(contentsOf: CalendarNames.weekdays[date.weekday].prefix(3))
    output.append(UInt8(ascii: ","))
    output.append(UInt8(ascii: " "))
    output.append(digits2: date.day)
    output.append(UInt8(ascii: " "))
    output.append(contentsOf: CalendarNames.months[date.month - 1])
    output.append(UInt8(ascii: " "))
    output.append(digits2: date.year / 100)
    output.append(digits2: date.year % 100)
    output.append(UInt8(ascii: " "))
    date.appendTime(separator: UInt8(ascii: ":"), to: &output)
    output.append(contentsOf: CalendarNames.gmtSuffix)
  }

  /// Appends what `basic` says.
  package func append(basicTo output: inout [UInt8]) {
    let date = CivilDate(milliseconds: milliseconds)
    date.appendDay(separator: nil, to: &output)
    output.append(UInt8(ascii: "T"))
    date.appendTime(separator: nil, to: &output)
    output.append(UInt8(ascii: "Z"))
  }

  /// Appends what `day` says.
  package func append(dayTo output: inout [UInt8]) {
    CivilDate(milliseconds: milliseconds).appendDay(separator: nil, to: &output)
  }

  private func text(_ append: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    append(&bytes)
    return String(decoding: bytes, as: UTF8Text.self)
  }
}

extension CivilDate {
  fileprivate func appendISO8601(to output: inout [UInt8]) {
    appendDay(separator: UInt8(ascii: "-"), to: &output)
    output.append(UInt8(ascii: "T"))
    appendTime(separator: UInt8(ascii: ":"), to: &output)
    output.append(UInt8(ascii: "."))
    output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: millisecond / 100))
    output.append(digits2: millisecond % 100)
    output.append(UInt8(ascii: "Z"))
  }

  fileprivate func appendDay(separator: UInt8?, to output: inout [UInt8]) {
    output.append(digits2: year / 100)
    output.append(digits2: year % 100)
    if let separator { output.append(separator) }
    output.append(digits2: month)
    if let separator { output.append(separator) }
    output.append(digits2: day)
  }

  fileprivate func appendTime(separator: UInt8?, to output: inout [UInt8]) {
    output.append(digits2: hour)
    if let separator { output.append(separator) }
    output.append(digits2: minute)
    if let separator { output.append(separator) }
    output.append(digits2: second)
  }
}

extension [UInt8] {
  /// Appends a value of 0...99 as two digits.
  fileprivate mutating func append(digits2 value: Int) {
    append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
    append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
  }
}
