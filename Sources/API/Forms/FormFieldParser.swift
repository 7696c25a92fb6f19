/// Reads the parts of a form up to the content of its file. Pure: bytes in, in pieces of any length; fields out.
///
/// Strict: nothing stands before the first part but one empty line, a part has one disposition, a delimiter one ending.
/// What it keeps is bounded by `FormLimits.totalBytes`.
struct FormFieldParser {
  /// A field as sent.
  struct Field: Sendable, Equatable {
    let name: String
    let value: [UInt8]
  }

  private enum Phase {
    /// Before the first delimiter.
    case preamble
    /// Behind a delimiter: the line's end, or the form's.
    case delimiter
    case header
    case value(FormPartHeader)
    /// The file's content begins.
    case file
  }

  private(set) var fields: [Field] = []
  /// The header of the file; nil until its content begins.
  private(set) var file: FormPartHeader?
  private let limits: FormLimits
  private let delimiter: [UInt8]
  private var phase = Phase.preamble
  /// All that came so far, behind an empty line that makes the first delimiter one like the others.
  private var buffer: [UInt8] = [0x0D, 0x0A]
  /// Where begins what is read now, and where the search for its end goes on.
  private var start = 0
  private var searched = 0

  init(_ boundary: FormBoundary, limits: FormLimits = FormLimits()) {
    delimiter = boundary.delimiter
    self.limits = limits
  }

  /// Whether the file's content begins behind the bytes that were taken.
  var isAtFile: Bool { file != nil }

  /// Takes bytes. Gives how many: all, unless the file's content begins among them. Not to be called again then.
  mutating func take(_ bytes: ArraySlice<UInt8>) throws(FormError) -> Int {
    let before = buffer.count
    let room = max(0, limits.totalBytes - before)
    buffer.append(contentsOf: bytes.prefix(room))
    while try step() {}
    // The end of the header that was waited for lies in what was taken now.
    if isAtFile { return start - before }
    if bytes.count > room { throw .tooLarge(limit: limits.totalBytes) }
    return bytes.count
  }

  /// Goes on by one token; false: more bytes are needed, or none.
  private mutating func step() throws(FormError) -> Bool {
    switch phase {
    case .preamble: return try passPreamble()
    case .delimiter: return try passLineEnd()
    case .header: return try readHeader()
    case .value(let header): return try readValue(header)
    case .file: return false
    }
  }

  private mutating func passPreamble() throws(FormError) -> Bool {
    guard let place = find(delimiter) else {
      guard buffer.count - start < delimiter.count + 4 else { throw .malformed(.preamble) }
      return false
    }
    guard place == 0 || place == 2 else { throw .malformed(.preamble) }
    begin(.delimiter, at: place + delimiter.count)
    return true
  }

  private mutating func passLineEnd() throws(FormError) -> Bool {
    // Blanks behind a delimiter are padding.
    while start < buffer.count, buffer[start] == 0x20 || buffer[start] == 0x09 { start += 1 }
    guard start + 2 <= buffer.count else { return false }
    switch (buffer[start], buffer[start + 1]) {
    case (0x0D, 0x0A): begin(.header, at: start + 2)
    case (UInt8(ascii: "-"), UInt8(ascii: "-")): throw .noFile
    default: throw .malformed(.delimiter)
    }
    return true
  }

  private mutating func readHeader() throws(FormError) -> Bool {
    guard let end = find([0x0D, 0x0A, 0x0D, 0x0A]) else {
      guard buffer.count - start <= limits.headerBytes else { throw .malformed(.header) }
      return false
    }
    guard end - start <= limits.headerBytes else { throw .malformed(.header) }
    let header = try FormPartHeader(buffer[start..<end])
    if header.name == "file" {
      file = header
      begin(.file, at: end + 4)
    } else {
      guard fields.count < limits.fields else { throw .tooLarge(limit: limits.totalBytes) }
      begin(.value(header), at: end + 4)
    }
    return true
  }

  private mutating func readValue(_ header: FormPartHeader) throws(FormError) -> Bool {
    let end = find(delimiter)
    guard (end ?? buffer.count) - start <= limits.fieldBytes + (end == nil ? delimiter.count : 0) else {
      throw .fieldTooLong(name: header.name, limit: limits.fieldBytes)
    }
    guard let end else { return false }
    fields.append(Field(name: header.name, value: Array(buffer[start..<end])))
    begin(.delimiter, at: end + delimiter.count)
    return true
  }

  private mutating func begin(_ phase: Phase, at place: Int) {
    self.phase = phase
    start = place
    searched = place
  }

  /// Where some bytes begin, of what has not been read. Nothing is searched twice.
  private mutating func find(_ wanted: [UInt8]) -> Int? {
    var place = max(start, searched)
    while place + wanted.count <= buffer.count {
      guard let candidate = buffer[place...].firstIndex(of: 0x0D) else {
        place = buffer.count
        break
      }
      place = candidate
      guard place + wanted.count <= buffer.count else { break }
      if buffer[place..<(place + wanted.count)].elementsEqual(wanted) { return place }
      place += 1
    }
    searched = min(place, buffer.count)
    return nil
  }
}
