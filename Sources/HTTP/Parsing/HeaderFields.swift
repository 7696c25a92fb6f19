import Glibc

/// The header section of a request: one array with the bytes of the whole head and the place of each field
/// in it. Names are lower-cased where they lie; values are trimmed of blanks and otherwise as sent, which may
/// include bytes 0x80-0xFF (RFC 9110 section 5.5, obs-text). Immutable; boxed because every request hands it on.
package final class HeaderFields: Sendable {
  /// Where one field lies in `bytes`.
  struct Place: Sendable {
    var nameStart: UInt32
    var nameCount: UInt32
    var valueStart: UInt32
    var valueCount: UInt32

    var name: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameCount) }
    var value: Range<Int> { Int(valueStart)..<Int(valueStart) + Int(valueCount) }
  }

  /// The request head as received, but for lower-cased names.
  let bytes: [UInt8]
  let places: [Place]
  /// Bit n: there is a name of n bytes (the highest: of that many or more). Requests are asked for many fields and
  /// have few.
  private let lengths: UInt64

  init(bytes: [UInt8], places: [Place]) {
    self.bytes = bytes
    self.places = places
    lengths = places.reduce(0) { $0 | Self.bit(Int($1.nameCount)) }
  }

  /// Fields that did not come as a head: names in lower case, values without control characters.
  package convenience init(_ fields: [(name: [UInt8], value: [UInt8])]) {
    var bytes: [UInt8] = []
    var places: [Place] = []
    for field in fields {
      let start = UInt32(clamping: bytes.count)
      bytes += field.name
      bytes += field.value
      places.append(
        Place(
          nameStart: start, nameCount: UInt32(clamping: field.name.count),
          valueStart: start + UInt32(clamping: field.name.count),
          valueCount: UInt32(clamping: field.value.count)))
    }
    self.init(bytes: bytes, places: places)
  }

  private static func bit(_ length: Int) -> UInt64 { 1 << UInt64(min(length, 63)) }

  /// Field lines.
  package var count: Int { places.count }

  /// The field at `index` in the order of arrival.
  package subscript(index: Int) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
    let place = places[index]
    return (bytes[place.name], bytes[place.value])
  }

  /// Calls `body` with every name in the order of arrival.
  package func forEachName(_ body: (Span<UInt8>) -> Void) {
    let bytes = bytes
    let all = bytes.span
    for place in places { body(all.extracting(place.name)) }
  }

  /// The value of the first field of that name, which is written in lower case.
  package func first(_ lowercaseName: StaticString) -> ArraySlice<UInt8>? {
    guard let index = index(of: lowercaseName, from: 0) else { return nil }
    return bytes[places[index].value]
  }

  /// The value of the first field of that name, in lower case.
  package func first(named lowercaseName: some Collection<UInt8>) -> ArraySlice<UInt8>? {
    let length = lowercaseName.count
    for place in places where Int(place.nameCount) == length {
      if bytes[place.name].elementsEqual(lowercaseName) { return bytes[place.value] }
    }
    return nil
  }

  /// The value of the first field of that name as text; what is not UTF-8 becomes U+FFFD.
  package func string(_ lowercaseName: StaticString) -> String? {
    first(lowercaseName).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The values of all fields of that name, in the order of arrival.
  package func all(_ lowercaseName: StaticString) -> [ArraySlice<UInt8>] {
    var values: [ArraySlice<UInt8>] = []
    var next = 0
    while let index = index(of: lowercaseName, from: next) {
      values.append(bytes[places[index].value])
      next = index + 1
    }
    return values
  }

  /// Whether a field of that name, in lower case, is there.
  package func contains(_ lowercaseName: StaticString) -> Bool {
    index(of: lowercaseName, from: 0) != nil
  }

  /// The index of the first field of that name at or after `start`.
  private func index(of lowercaseName: StaticString, from start: Int) -> Int? {
    let length = lowercaseName.utf8CodeUnitCount
    guard lengths & Self.bit(length) != 0 else { return nil }
    // SAFETY: the places lie within `bytes`, and `length` bytes are readable on both sides.
    return unsafe bytes.withUnsafeBytes { (raw: UnsafeRawBufferPointer) -> Int? in
      guard let base = raw.baseAddress else { return nil }
      for index in start..<max(start, places.count) where Int(places[index].nameCount) == length {
        let name = unsafe base + Int(places[index].nameStart)
        if unsafe memcmp(name, lowercaseName.utf8Start, length) == 0 { return index }
      }
      return nil
    }
  }
}
