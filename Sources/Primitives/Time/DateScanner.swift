/// Reads the fields of a date from ASCII bytes, front to back. Every step answers nil instead of reading past
/// the end.
struct DateScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: some Collection<UInt8>) { self.bytes = Array(bytes) }

  var isAtEnd: Bool { position == bytes.count }

  /// The next byte, not consumed.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Exactly `count` decimal digits (at most nine, so no overflow).
  mutating func digits(_ count: Int) -> Int? {
    guard count <= 9, bytes.count - position >= count else { return nil }
    var value = 0
    for _ in 0..<count {
      guard let digit = digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// One decimal digit.
  mutating func digit() -> Int? {
    guard let byte = next, (0x30...0x39).contains(byte) else { return nil }
    position += 1
    return Int(byte - 0x30)
  }

  /// Consumes `byte` if it comes next.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  /// Consumes `text` if it comes next.
  mutating func skip(_ text: some Collection<UInt8>) -> Bool {
    guard bytes[position...].starts(with: text) else { return false }
    position += text.count
    return true
  }

  /// The index in `names` of the name that comes next.
  mutating func name(of names: [[UInt8]]) -> Int? {
    for (index, name) in names.enumerated() where skip(name) { return index }
    return nil
  }

  /// `hh:mm:ss`, or `hhmmss` without a separator.
  mutating func time(separator: UInt8?) -> (hour: Int, minute: Int, second: Int)? {
    guard let hour = digits(2) else { return nil }
    if let separator, !skip(separator) { return nil }
    guard let minute = digits(2) else { return nil }
    if let separator, !skip(separator) { return nil }
    guard let second = digits(2) else { return nil }
    return (hour, minute, second)
  }

  /// A fraction of a second after its point: one to nine digits, cut to milliseconds.
  mutating func fraction() -> Int? {
    var value = 0
    var count = 0
    while count < 9, let digit = digit() {
      if count < 3 { value = value * 10 + digit }
      count += 1
    }
    guard count > 0 else { return nil }
    for _ in count..<max(count, 3) { value *= 10 }
    return value
  }

  /// `+hhmm`, `-hhmm` or, with a separator, `+hh:mm`: minutes east of Greenwich.
  mutating func offset(separator: UInt8?) -> Int? {
    let sign: Int
    if skip(UInt8(ascii: "+")) {
      sign = 1
    } else if skip(UInt8(ascii: "-")) {
      sign = -1
    } else {
      return nil
    }
    guard let hours = digits(2) else { return nil }
    if let separator, !skip(separator) { return nil }
    guard let minutes = digits(2), hours < 24, minutes < 60 else { return nil }
    return sign * (hours * 60 + minutes)
  }
}
