import Primitives

/// The parameters of a request's query, found once and decoded when they are asked for.
///
/// Names and values are form-encoded: `+` is a space. A parameter sent twice counts once, by its first value.
package struct QueryParameters: Sendable {
  /// Where a parameter lies in `raw`, counted from its start.
  struct Place: Sendable {
    var name: Range<Int>
    var value: Range<Int>
    /// Whether the name has escapes and cannot be compared as it stands.
    var hasEscapedName: Bool
  }

  private let raw: ArraySlice<UInt8>
  private let places: [Place]
  /// Bit n: there may be a name of n bytes (the highest: of that many or more). Requests are asked for many
  /// parameters and have few.
  private let lengths: UInt64

  /// No parameters.
  package init() {
    raw = []
    places = []
    lengths = 0
  }

  /// - Throws: InvalidURI when an escape is not `%` and two hexadecimal digits.
  package init(_ query: ArraySlice<UInt8>?) throws(S3Error) {
    guard let query, !query.isEmpty else {
      raw = []
      places = []
      lengths = 0
      return
    }
    guard let found = QueryScan.places(of: query.span) else { throw .invalidURI(query.lossyText) }
    raw = query
    places = found
    lengths = found.reduce(0) { $0 | ($1.hasEscapedName ? .max : Self.bit($1.name.count)) }
  }

  private static func bit(_ length: Int) -> UInt64 { 1 << UInt64(min(length, 63)) }

  /// How many parameters there are, repetitions included.
  package var count: Int { places.count }

  /// Whether the parameter is there, with or without a value.
  package func contains(_ name: StaticString) -> Bool { place(of: name) != nil }

  /// Whether a name that begins with `prefix` is there.
  package func containsName(beginning prefix: StaticString) -> Bool {
    let length = prefix.utf8CodeUnitCount
    let bytes = raw.span
    for place in places where place.name.count >= length {
      let start = place.name.lowerBound
      if bytes.holds(prefix, at: start..<(start + length)) { return true }
    }
    return false
  }

  /// The names among `names` that are there, in the order of `names`, two at most.
  func matches(among names: [StaticString]) -> (first: Int, second: Int?)? {
    var first: Int?
    for index in names.indices where contains(names[index]) {
      guard let found = first else {
        first = index
        continue
      }
      return (found, index)
    }
    return first.map { ($0, nil) }
  }

  /// Whether the parameter is there and its value, decoded, is `value`.
  package func has(_ name: StaticString, value: StaticString) -> Bool {
    self.value(name)?[...].matches(value) ?? false
  }

  /// The decoded value; empty for a parameter without one, nil for one that is not there.
  package func value(_ name: StaticString) -> [UInt8]? {
    guard let place = place(of: name) else { return nil }
    return PercentEncoding.decode(slice(place.value), plusIsSpace: true)
  }

  /// The decoded value as text.
  ///
  /// - Throws: InvalidArgument when it is not UTF-8: no XML reply could echo it.
  package func string(_ name: StaticString) throws(S3Error) -> String? {
    try text(name).map { String(decoding: $0, as: Unicode.UTF8.self) }
  }

  /// The decoded value, checked to be UTF-8 as `string` does, as bytes.
  package func text(_ name: StaticString) throws(S3Error) -> [UInt8]? {
    guard let bytes = value(name) else { return nil }
    guard Primitives.UTF8.isValid(bytes) else {
      throw .invalidArgument("\(name)", nil, "The value of \(name) is not valid UTF-8.")
    }
    return bytes
  }

  private func place(of name: StaticString) -> Place? {
    let length = name.utf8CodeUnitCount
    guard lengths & Self.bit(length) != 0 else { return nil }
    let bytes = raw.span
    for place in places {
      if place.hasEscapedName {
        let decoded = PercentEncoding.decode(slice(place.name), plusIsSpace: true)
        if decoded?[...].matches(name) == true { return place }
      } else if place.name.count == length, bytes.holds(name, at: place.name) {
        return place
      }
    }
    return nil
  }

  private func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
    raw[(raw.startIndex + range.lowerBound)..<(raw.startIndex + range.upperBound)]
  }
}

/// Finds the parameters of a query, by the C library's vector search.
private enum QueryScan {
  /// Nil when an escape is not `%` and two hexadecimal digits.
  static func places(of bytes: Span<UInt8>) -> [QueryParameters.Place]? {
    guard hasGoodEscapes(bytes) else { return nil }
    var places: [QueryParameters.Place] = []
    places.reserveCapacity(8)
    var start = 0
    while start < bytes.count {
      let end = bytes.firstIndex(of: UInt8(ascii: "&"), in: start..<bytes.count) ?? bytes.count
      if end > start {
        let nameEnd = bytes.firstIndex(of: UInt8(ascii: "="), in: start..<end) ?? end
        let name = start..<nameEnd
        let hasEscapedName =
          bytes.firstIndex(of: UInt8(ascii: "%"), in: name) != nil
          || bytes.firstIndex(of: UInt8(ascii: "+"), in: name) != nil
        places.append(
          QueryParameters.Place(
            name: name, value: min(nameEnd + 1, end)..<end, hasEscapedName: hasEscapedName))
      }
      start = end + 1
    }
    return places
  }

  private static func hasGoodEscapes(_ bytes: Span<UInt8>) -> Bool {
    var start = 0
    while let escape = bytes.firstIndex(of: UInt8(ascii: "%"), in: start..<bytes.count) {
      guard escape + 2 < bytes.count, isHexDigit(bytes[escape + 1]), isHexDigit(bytes[escape + 2]) else {
        return false
      }
      start = escape + 1
    }
    return true
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
  }
}
