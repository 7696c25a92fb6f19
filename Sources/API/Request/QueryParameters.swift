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

  /// No parameters.
  package init() {
    raw = []
    places = []
  }

  /// - Throws: InvalidURI when an escape is not `%` and two hexadecimal digits.
  package init(_ query: ArraySlice<UInt8>?) throws(S3Error) {
    guard let query, !query.isEmpty else {
      raw = []
      places = []
      return
    }
    // SAFETY: the scan only looks at the bytes and keeps offsets.
    guard let found = unsafe query.withUnsafeBytes({ unsafe QueryScan.places(of: $0) }) else {
      throw .invalidURI(query.lossyText)
    }
    raw = query
    places = found
  }

  /// How many parameters there are, repetitions included.
  package var count: Int { places.count }

  /// Whether the parameter is there, with or without a value.
  package func contains(_ name: StaticString) -> Bool { place(of: name) != nil }

  /// Whether a name that begins with `prefix` is there.
  package func containsName(beginning prefix: StaticString) -> Bool {
    places.contains { slice($0.name).starts(with: prefix) }
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
    for place in places {
      if place.hasEscapedName {
        let decoded = PercentEncoding.decode(slice(place.name), plusIsSpace: true)
        if decoded?[...].matches(name) == true { return place }
      } else if place.name.count == length, slice(place.name).matches(name) {
        return place
      }
    }
    return nil
  }

  private func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
    raw[(raw.startIndex + range.lowerBound)..<(raw.startIndex + range.upperBound)]
  }
}

/// Finds the parameters of a query in one pass.
private enum QueryScan {
  /// Nil when an escape is not `%` and two hexadecimal digits.
  static func places(of bytes: UnsafeRawBufferPointer) -> [QueryParameters.Place]? {
    var places: [QueryParameters.Place] = []
    places.reserveCapacity(8)
    var start = 0
    var equals: Int?
    var hasEscapedName = false
    for index in 0...bytes.count {
      // SAFETY: the index is below the count, or stands for the end.
      let byte = unsafe index < bytes.count ? bytes[index] : UInt8(ascii: "&")
      switch byte {
      case UInt8(ascii: "&"):
        if index > start {
          let nameEnd = equals ?? index
          places.append(
            QueryParameters.Place(
              name: start..<nameEnd, value: min(nameEnd + 1, index)..<index,
              hasEscapedName: hasEscapedName))
        }
        start = index + 1
        equals = nil
        hasEscapedName = false
      case UInt8(ascii: "="):
        if equals == nil { equals = index }
      case UInt8(ascii: "+"):
        if equals == nil { hasEscapedName = true }
      case UInt8(ascii: "%"):
        guard index + 2 < bytes.count, unsafe isHexDigit(bytes[index + 1]),
          unsafe isHexDigit(bytes[index + 2])
        else { return nil }
        if equals == nil { hasEscapedName = true }
      default: break
      }
    }
    return places
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
  }
}
