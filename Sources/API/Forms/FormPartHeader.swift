import Primitives

/// What a part of a form says of itself (RFC 7578 section 4).
struct FormPartHeader: Equatable {
  let name: String
  let filename: [UInt8]?
  let contentType: [UInt8]?

  /// Reads the lines of a part's header, without the empty one behind them.
  init(_ lines: ArraySlice<UInt8>) throws(FormError) {
    var disposition: ArraySlice<UInt8>?
    var contentType: [UInt8]?
    var rest = lines
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0D) ?? rest.endIndex
      let line = rest[..<end]
      rest = rest[end...].dropFirst(2)
      // What is left are control characters, among them a line feed on its own.
      guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }),
        let colon = line.firstIndex(of: UInt8(ascii: ":")), let first = line.first, first != 0x20,
        first != 0x09
      else { throw .malformed(.header) }
      let (field, value) = (line[..<colon], line[(colon + 1)...].trimmingBlanks)
      if field.matchesIgnoringCase("content-disposition") {
        guard disposition == nil else { throw .malformed(.header) }
        disposition = value
      } else if field.matchesIgnoringCase("content-type") {
        contentType = Array(value)
      } else if field.matchesIgnoringCase("content-transfer-encoding") {
        // Anything else would have to be decoded.
        guard ["binary", "8bit", "7bit"].contains(where: { value.matchesIgnoringCase($0) }) else {
          throw .malformed(.header)
        }
      }
    }
    guard let disposition else { throw .malformed(.disposition) }
    let parameters = HeaderParameters(disposition)
    guard parameters.value.matchesIgnoringCase("form-data"), !parameters.isMalformed else {
      throw .malformed(.disposition)
    }
    guard let name = parameters["name"], !name.isEmpty, UTF8.isValid(name) else { throw .malformed(.name) }
    self.name = String(decoding: name, as: Unicode.UTF8.self)
    if let extended = parameters["filename*"] {
      filename = try Self.decode(extended[...])
    } else {
      filename = parameters["filename"]
    }
    self.contentType = contentType
  }

  /// `UTF-8''caf%C3%A9.txt` (RFC 8187), which forms should not use and some clients do.
  private static func decode(_ value: ArraySlice<UInt8>) throws(FormError) -> [UInt8] {
    guard let rest = value.suffix(afterAnyCase: "utf-8'"), let quote = rest.firstIndex(of: UInt8(ascii: "'")),
      let name = PercentEncoding.decode(rest[(quote + 1)...], plusIsSpace: false)
    else { throw .malformed(.disposition) }
    return name
  }
}
