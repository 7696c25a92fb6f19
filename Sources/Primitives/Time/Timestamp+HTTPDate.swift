/// Dates of HTTP headers, read in all three forms of RFC 9110 section 5.6.7.
extension Timestamp {
  /// A moment from an HTTP date: IMF-fixdate (`Sun, 06 Nov 1994 08:49:37 GMT`), RFC 850
  /// (`Sunday, 06-Nov-94 08:49:37 GMT`) or asctime (`Sun Nov  6 08:49:37 1994`). The first is also taken
  /// with `UTC` or a numeric zone, which clients of Signature Version 2 send. Names are case-sensitive; the
  /// day of the week must be one, but is not held against the date.
  package init?(imfFixdate bytes: some Collection<UInt8>) {
    var scanner = DateScanner(bytes)
    let moment: Timestamp?
    if scanner.name(of: CalendarNames.weekdays) != nil {
      moment = scanner.rfc850Remainder()
    } else if scanner.name(of: CalendarNames.shortWeekdays) != nil {
      moment = scanner.next == UInt8(ascii: ",") ? scanner.imfRemainder() : scanner.asctimeRemainder()
    } else {
      moment = nil
    }
    guard let moment, scanner.isAtEnd else { return nil }
    self = moment
  }
}

extension DateScanner {
  /// `, 06 Nov 1994 08:49:37 GMT`.
  fileprivate mutating func imfRemainder() -> Timestamp? {
    let space = UInt8(ascii: " ")
    guard skip(UInt8(ascii: ",")), skip(space), let day = digits(2), skip(space),
      let month = name(of: CalendarNames.months), skip(space), let year = digits(4),
      skip(space), let time = time(separator: UInt8(ascii: ":")), skip(space),
      let offset = zone(),
      let date = CivilDate(
        year: year, month: month + 1, day: day, hour: time.hour, minute: time.minute, second: time.second)
    else { return nil }
    return Timestamp(milliseconds: date.milliseconds - Int64(offset) * 60_000)
  }

  /// `, 06-Nov-94 08:49:37 GMT`. A year that would lie more than 50 years ahead is in the last century.
  fileprivate mutating func rfc850Remainder() -> Timestamp? {
    let space = UInt8(ascii: " ")
    let dash = UInt8(ascii: "-")
    guard skip(UInt8(ascii: ",")), skip(space), let day = digits(2), skip(dash),
      let month = name(of: CalendarNames.months), skip(dash), let shortYear = digits(2),
      skip(space), let time = time(separator: UInt8(ascii: ":")),
      skip(CalendarNames.gmtSuffix)
    else { return nil }
    let present = CivilDate(milliseconds: Timestamp.now().milliseconds).year
    var year = present - present % 100 + shortYear
    if year > present + 50 { year -= 100 }
    let date = CivilDate(
      year: year, month: month + 1, day: day, hour: time.hour, minute: time.minute, second: time.second)
    return date.map { Timestamp(milliseconds: $0.milliseconds) }
  }

  /// ` Nov  6 08:49:37 1994`: the day of the month is padded with a space.
  fileprivate mutating func asctimeRemainder() -> Timestamp? {
    let space = UInt8(ascii: " ")
    guard skip(space), let month = name(of: CalendarNames.months), skip(space) else {
      return nil
    }
    guard let day = skip(space) ? digit() : digits(2), skip(space),
      let time = time(separator: UInt8(ascii: ":")), skip(space), let year = digits(4),
      let date = CivilDate(
        year: year, month: month + 1, day: day, hour: time.hour, minute: time.minute, second: time.second)
    else { return nil }
    return Timestamp(milliseconds: date.milliseconds)
  }

  /// Minutes east of Greenwich: 0 for `GMT`, `UTC` and `Z`.
  private mutating func zone() -> Int? {
    if skip("GMT".utf8) || skip("UTC".utf8) || skip("Z".utf8) { return 0 }
    return offset(separator: nil)
  }
}
