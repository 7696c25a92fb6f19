/// Text forms of a moment. Years outside 0...9999 are clamped to that range.
extension Timestamp {
  /// `2026-01-02T03:04:05.678Z`.
  package var iso8601: String { String(asciiCapacity: 24) { date.writeISO8601(to: &$0) } }

  /// `2026-01-02T03:04:05.000Z`: truncated to the second, as S3 writes dates of objects.
  package var iso8601Seconds: String {
    String(asciiCapacity: 24) { wholeSecondsDate.writeISO8601(to: &$0) }
  }

  /// `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 9110 section 5.6.7).
  package var imfFixdate: String { String(asciiCapacity: 29) { date.writeIMFFixdate(to: &$0) } }

  /// `20260102T030405Z`, the form of `X-Amz-Date`.
  package var basic: String { String(asciiCapacity: 16) { date.writeBasic(to: &$0) } }

  /// `20260102`, the day of a Signature Version 4 credential scope.
  package var day: String { String(asciiCapacity: 8) { date.writeDay(separated: false, to: &$0) } }

  /// Appends what `iso8601` says.
  package func append(iso8601To output: inout [UInt8]) {
    output.append(addingCapacity: 24) { date.writeISO8601(to: &$0) }
  }

  /// Appends what `iso8601Seconds` says.
  package func append(iso8601SecondsTo output: inout [UInt8]) {
    output.append(addingCapacity: 24) { wholeSecondsDate.writeISO8601(to: &$0) }
  }

  /// Appends what `imfFixdate` says.
  package func append(imfFixdateTo output: inout [UInt8]) {
    output.append(addingCapacity: 29) { date.writeIMFFixdate(to: &$0) }
  }

  /// Appends what `basic` says.
  package func append(basicTo output: inout [UInt8]) {
    output.append(addingCapacity: 16) { date.writeBasic(to: &$0) }
  }

  /// Appends what `day` says.
  package func append(dayTo output: inout [UInt8]) {
    output.append(addingCapacity: 8) { date.writeDay(separated: false, to: &$0) }
  }

  private var date: CivilDate { CivilDate(milliseconds: milliseconds) }

  private var wholeSecondsDate: CivilDate {
    var date = date
    date.millisecond = 0
    return date
  }
}
