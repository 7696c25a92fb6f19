/// English names of the calendar, as HTTP dates spell them, in ASCII bytes.
enum CalendarNames {
  /// Full names, Sunday first.
  static let weekdays: [[UInt8]] = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ].map { Array($0.utf8) }

  /// Their first three letters.
  static let shortWeekdays: [[UInt8]] = weekdays.map { Array($0.prefix(3)) }

  /// Three letters, January first.
  static let months: [[UInt8]] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ].map { Array($0.utf8) }

  /// How every HTTP date ends.
  static let gmtSuffix: [UInt8] = Array(" GMT".utf8)
}
