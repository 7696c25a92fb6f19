/// A date and time of day in UTC (proleptic Gregorian calendar), converted by arithmetic alone: the
/// algorithms are Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
struct CivilDate {
  var year: Int
  /// 1 to 12.
  var month: Int
  /// 1 to 31.
  var day: Int
  var hour = 0
  var minute = 0
  var second = 0
  var millisecond = 0
  /// 0 is Sunday.
  var weekday = 0

  /// The civil date of a moment, in milliseconds since 1970. Years outside 0...9999 are clamped to the ends
  /// of that range, since no text form here can say them.
  init(milliseconds: Int64) {
    let clamped = min(max(milliseconds, Self.earliest), Self.latest)
    let days = Int(clamped.flooredQuotient(86_400_000))
    var rest = Int(clamped) - days * 86_400_000
    millisecond = rest % 1000
    rest /= 1000
    second = rest % 60
    minute = rest / 60 % 60
    hour = rest / 3600
    weekday = (days % 7 + 11) % 7
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// A date and time from its fields, or nil when one is out of range (year 0...9999). Second 60, a leap
  /// second, is taken as the second that follows.
  init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int = 0) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.daysInMonth(month, year: year), (0...23).contains(hour), (0...59).contains(minute),
      (0...60).contains(second), (0...999).contains(millisecond)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.millisecond = millisecond
  }

  /// Milliseconds since 1970.
  var milliseconds: Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return Int64((days * 86_400 + hour * 3600 + minute * 60 + second) * 1000 + millisecond)
  }

  private static func daysInMonth(_ month: Int, year: Int) -> Int {
    switch month {
    case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// 0000-01-01T00:00:00.000Z.
  private static let earliest: Int64 = -62_167_219_200_000
  /// 9999-12-31T23:59:59.999Z.
  private static let latest: Int64 = 253_402_300_799_999
}

extension Int64 {
  /// Division that rounds toward negative infinity; `divisor` is positive.
  package func flooredQuotient(_ divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : (self + 1) / divisor - 1
  }
}
