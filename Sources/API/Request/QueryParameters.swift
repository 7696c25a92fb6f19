import Primitives

/// The parameters of a request's query, found once and decoded when they are asked for.
///
/// Names and values are form-encoded: `+` is a space. A parameter sent twice counts once, by its first value.
package struct QueryParameters: Sendable {
  /// Where a parameter lies in `raw`.
  private struct Place: Sendable {
    var name: Range<Int>
    var value: Range<Int>
    /// Whether the name has escapes and cannot be compared as it stands.
    var hasEscapedName: Bool
  }

  private let raw: ArraySlice<UInt8>
  private var places: [Place] = []

  /// No parameters.
  package init() { raw = [] }

  /// - Throws: InvalidURI when an escape is not `%` and two hexadecimal digits.
  package init(_ query: ArraySlice<UInt8>?) throws(S3Error) {
    guard let query, !query.isEmpty else {
      raw = []
      return
    }
    raw = query
    guard QueryParameters.hasSoundEscapes(query) else {
      throw .invalidURI(String(decoding: query, as: Unicode.UTF8.self))
    }
    places.reserveCapacity(8)
    var start = query.startIndex
    for index in query.indices where query[index] == UInt8(ascii: "&") {
      add(start..<index)
      start = index + 1
    }
    add(start..<query.endIndex)
  }

  /// How many parameters there are, repetitions included.
  package var count: Int { places.count }

  /// Whether the parameter is there, with or without a value.
  package func contains(_ name: StaticString) -> Bool { place(of: name) != nil }

  /// Whether the parameter is there and its value, decoded, is `value`.
  package func has(_ name: StaticString, value: StaticString) -> Bool {
    self.value(name)?[...].matches(value) ?? false
  }

  /// The decoded value; empty for a parameter without one, nil for one that is not there.
  package func value(_ name: StaticString) -> [UInt8]? {
    guard let place = place(of: name) else { return nil }
    return PercentEncoding.decode(raw[place.value], plusIsSpace: true)
  }

  /// The decoded value as text.
  ///
  /// - Throws: InvalidArgument when it is not UTF-8: no XML reply could echo it.
  package func string(_ name: StaticString) throws(S3Error) -> String? {
    guard let bytes = value(name) else { return nil }
    guard Primitives.UTF8.isValid(bytes) else {
      throw .invalidArgument("\(name)", nil, "The value of \(name) is not valid UTF-8.")
    }
    return String(decoding: bytes, as: Unicode.UTF8.self)
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
    places.first { matches($0, name) }
  }

  private func matches(_ place: Place, _ name: StaticString) -> Bool {
    if place.hasEscapedName {
      return PercentEncoding.decode(raw[place.name], plusIsSpace: true)?[...].matches(name) ?? false
    }
    return raw[place.name].matches(name)
  }

  private mutating func add(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    var nameEnd = range.upperBound
    var hasEscapedName = false
    for index in range {
      let byte = raw[index]
      if byte == UInt8(ascii: "=") {
        nameEnd = index
        break
      }
      if byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+") { hasEscapedName = true }
    }
    let valueStart = min(nameEnd + 1, range.upperBound)
    places.append(
      Place(
        name: range.lowerBound..<nameEnd, value: valueStart..<range.upperBound,
        hasEscapedName: hasEscapedName))
  }

  private static func hasSoundEscapes(_ query: ArraySlice<UInt8>) -> Bool {
    for index in query.indices where query[index] == UInt8(ascii: "%") {
      guard index + 2 < query.endIndex, isHexDigit(query[index + 1]), isHexDigit(query[index + 2]) else {
        return false
      }
    }
    return true
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
  }
}
