import Testing

@testable import Primitives

struct TimestampTests {
  /// The moment that the examples of RFC 9110 name.
  static let rfc = Timestamp(seconds: 784_111_777)

  @Test(arguments: [
    ("now", 0), ("1h ago", -3_600_000), ("-1h", -3_600_000), ("1h30m ago", -5_400_000), ("-1.5h", -5_400_000),
    ("250ms ago", -250), ("-7d", -604_800_000), ("0 ago", 0), ("-0", 0),
  ])
  func momentsCountBackFromNow(text: String, offset: Int64) throws {
    #expect(try Timestamp(written: text, now: Self.rfc).milliseconds == Self.rfc.milliseconds + offset)
  }

  @Test func momentsMayBeDates() throws {
    let text = "1994-11-06T10:49:37.250+02:00"
    let moment = Timestamp(milliseconds: Self.rfc.milliseconds + 250)
    #expect(try Timestamp(written: text, now: Timestamp(seconds: 0)) == moment)
    #expect(try Timestamp(deadline: text, now: Timestamp(seconds: 0)) == moment)
  }

  @Test(arguments: [
    "", "1h", "ago", " ago", "-", "--1h", "-1h ago", "yesterday", "2026-11-20", "10:00",
    "1994-11-06T10:49:37",
  ])
  func refusesWhatIsNoMoment(text: String) {
    let error = #expect(throws: UnitError.self) { try Timestamp(written: text, now: Self.rfc) }
    #expect(error?.description.contains("1h ago") == true)
  }

  @Test func deadlinesCountOnFromNow() throws {
    for text in ["90d", "in 90d"] {
      #expect(
        try Timestamp(deadline: text, now: Self.rfc).milliseconds == Self.rfc.milliseconds + 90 * 86_400_000)
    }
    for text in ["", "-1h", "1h ago", "soon", "in", "in -1h", "90"] {
      #expect(throws: UnitError.self) { try Timestamp(deadline: text, now: Self.rfc) }
    }
  }

  @Test func textForms() {
    let moment = Timestamp(milliseconds: 1_767_323_045_678)
    #expect(moment.iso8601 == "2026-01-02T03:04:05.678Z")
    #expect(moment.iso8601Seconds == "2026-01-02T03:04:05.000Z")
    #expect(moment.imfFixdate == "Fri, 02 Jan 2026 03:04:05 GMT")
    #expect(moment.basic == "20260102T030405Z")
    #expect(moment.day == "20260102")
    #expect(moment.seconds == 1_767_323_045)
    #expect(moment.truncatedToSeconds.milliseconds == 1_767_323_045_000)
    #expect(Self.rfc.imfFixdate == "Sun, 06 Nov 1994 08:49:37 GMT")
    var bytes: [UInt8] = [0x5B]
    moment.append(imfFixdateTo: &bytes)
    moment.append(iso8601To: &bytes)
    moment.append(iso8601SecondsTo: &bytes)
    moment.append(basicTo: &bytes)
    moment.append(dayTo: &bytes)
    #expect(
      bytes
        == Array(
          ("[" + moment.imfFixdate + moment.iso8601 + moment.iso8601Seconds + moment.basic + moment.day).utf8)
    )
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
    (-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
    (951_782_400_000, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
    (4_107_542_400_000, "2100-03-01T00:00:00.000Z", "Mon, 01 Mar 2100 00:00:00 GMT"),
    (-62_135_596_800_000, "0001-01-01T00:00:00.000Z", "Mon, 01 Jan 0001 00:00:00 GMT"),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z", "Fri, 31 Dec 9999 23:59:59 GMT"),
    (Int64.max, "9999-12-31T23:59:59.999Z", "Fri, 31 Dec 9999 23:59:59 GMT"),
    (Int64.min, "0000-01-01T00:00:00.000Z", "Sat, 01 Jan 0000 00:00:00 GMT"),
  ])
  func edges(milliseconds: Int64, iso: String, imf: String) {
    let moment = Timestamp(milliseconds: milliseconds)
    #expect(moment.iso8601 == iso)
    #expect(moment.imfFixdate == imf)
  }

  /// Every day of 400 years has a date, a weekday, and the way back.
  @Test func calendarRoundTrip() {
    var weekday = 6
    var expected = (year: 2000, month: 1, day: 1)
    for days in 10_957..<(10_957 + 146_097) {
      let date = CivilDate(milliseconds: Int64(days) * 86_400_000 + 1)
      guard (date.year, date.month, date.day) == (expected.year, expected.month, expected.day),
        date.weekday == weekday, date.milliseconds == Int64(days) * 86_400_000 + 1
      else {
        Issue.record("\(expected) became \(date)")
        return
      }
      weekday = (weekday + 1) % 7
      expected.day += 1
      if CivilDate(
        year: expected.year, month: expected.month, day: expected.day, hour: 0, minute: 0, second: 0) == nil
      {
        expected = expected.month == 12 ? (expected.year + 1, 1, 1) : (expected.year, expected.month + 1, 1)
      }
    }
    #expect(expected == (2400, 1, 1))
  }

  @Test func secondsSaturate() {
    #expect(Timestamp(seconds: .max).milliseconds == .max)
    #expect(Timestamp(seconds: .min).milliseconds == .min)
    #expect(Timestamp(milliseconds: -1).seconds == -1)
    #expect(Timestamp(milliseconds: -1000).seconds == -1)
    #expect(Timestamp(milliseconds: .min).seconds < 0)
  }

  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 +0000", "Sun, 06 Nov 1994 08:49:37 -0000",
    "Sun, 06 Nov 1994 10:49:37 +0200", "Sun, 06 Nov 1994 03:19:37 -0530", "Mon, 06 Nov 1994 08:49:37 GMT",
  ])
  func httpDates(text: String) {
    #expect(Timestamp(imfFixdate: text.utf8) == Self.rfc)
  }

  @Test func twoDigitYears() throws {
    let present = CivilDate(milliseconds: Timestamp.now().milliseconds).year
    for distance in [-49, 0, 50, 51] {
      let year = present + distance
      let shortYear = year % 100 < 10 ? "0\(year % 100)" : "\(year % 100)"
      let moment = try #require(Timestamp(imfFixdate: "Friday, 01-Mar-\(shortYear) 00:00:00 GMT".utf8))
      #expect(CivilDate(milliseconds: moment.milliseconds).year == (distance > 50 ? year - 100 : year))
    }
  }

  @Test(arguments: [
    "", "Sun", "Sun,", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 gmt",
    "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT",
    "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 1995 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:00:61 GMT",
    "Sun, 06 nov 1994 08:49:37 GMT", "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 19x4 08:49:37 GMT",
    "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 94",
    "Sun, 06 Nov 1994 08:49:37 EST", "Sun, 06 Nov 1994 08:49:37 +2400", "Sun, 06 Nov 1994 08:49:37 +00",
    "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMTx", "Sun, 06 Nov -994 08:49:37 GMT",
  ])
  func badHTTPDates(text: String) {
    #expect(Timestamp(imfFixdate: text.utf8) == nil)
  }

  @Test func basicForm() {
    #expect(Timestamp(basic: "20260102T030405Z".utf8) == Timestamp(seconds: 1_767_323_045))
    for bad in [
      "", "20260102", "20260102T030405", "20260102T030405z", "20260102 030405Z", "20261302T030405Z",
      "20260230T030405Z", "20260102T250405Z", "2026010T0030405Z", "20260102T030405Z ", "20260102T03040５Z",
    ] {
      #expect(Timestamp(basic: bad.utf8) == nil, "\(bad)")
    }
  }

  @Test(arguments: [
    ("2026-01-02T03:04:05Z", 0), ("2026-01-02T03:04:05.678Z", 678), ("2026-01-02T03:04:05.6Z", 600),
    ("2026-01-02T03:04:05.678999999Z", 678), ("2026-01-02T05:04:05+02:00", 0),
    ("2026-01-01T21:34:05.5-05:30", 500), ("2026-01-02T03:04:05+00:00", 0),
  ])
  func iso8601(text: String, fraction: Int64) {
    #expect(Timestamp(iso8601: text.utf8) == Timestamp(milliseconds: 1_767_323_045_000 + fraction))
  }

  @Test(arguments: [
    "", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04Z", "2026-01-02T03:04:05.Z",
    "2026-01-02T03:04:05.1234567890Z", "2026-01-02T03:04:05+0200", "2026-1-02T03:04:05Z",
    "2026-01-02t03:04:05Z", "2026-02-29T03:04:05Z", "2026-01-02T03:04:05ZZ", "-2026-01-02T03:04:05Z",
  ])
  func badISO8601(text: String) {
    #expect(Timestamp(iso8601: text.utf8) == nil)
  }

  /// A leap second is the second after it.
  @Test func leapSecond() {
    #expect(
      Timestamp(iso8601: "2016-12-31T23:59:60Z".utf8) == Timestamp(iso8601: "2017-01-01T00:00:00Z".utf8))
  }

  @Test func randomRoundTrips() {
    var random = TestRandom(seed: 8)
    for _ in 0..<5000 {
      let range: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999
      let moment = Timestamp(milliseconds: Int64.random(in: range, using: &random))
      #expect(Timestamp(iso8601: moment.iso8601.utf8) == moment)
      #expect(Timestamp(imfFixdate: moment.imfFixdate.utf8) == moment.truncatedToSeconds)
      #expect(Timestamp(basic: moment.basic.utf8) == moment.truncatedToSeconds)
    }
  }

  @Test func now() {
    let first = Timestamp.now()
    #expect(first > Timestamp(seconds: 1_700_000_000))
    #expect(Timestamp.now() >= first)
  }
}
