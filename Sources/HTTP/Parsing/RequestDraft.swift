/// What the lines of a head have said so far. Ranges are offsets from the beginning of the head.
struct RequestDraft {
  var places: [HeaderFields.Place] = []
  private var method = HTTPMethod.get
  private var minorVersion = 1
  private var parts = RequestHead.Parts()
  private var authority: Range<Int>?
  private var host: Range<Int>?
  private var contentLength: UInt64?
  private var isChunked = false
  private var expectsContinue = false
  private var saysClose = false
  private var saysKeepAlive = false

  // MARK: The request line

  /// Takes `method SP target SP version` (RFC 9112 section 3), strictly one space each.
  mutating func setRequestLine(_ bytes: ByteView, _ range: Range<Int>) throws(RequestProblem) {
    let line = bytes[range]
    let methodEnd = line.end(of: ASCII.isToken, from: 0)
    guard methodEnd > 0 else { throw .invalidMethod }
    guard methodEnd < line.count else { throw .invalidRequestLine }
    guard line[methodEnd] == ASCII.space else { throw .invalidMethod }
    method = HTTPMethod(token: line[0..<methodEnd])
    guard let targetEnd = line.firstOffset(of: ASCII.space, from: methodEnd + 1) else {
      throw .invalidRequestLine
    }
    try setVersion(line[targetEnd + 1..<line.count])
    try setTarget(line[methodEnd + 1..<targetEnd], at: range.lowerBound + methodEnd + 1)
    if case .other("CONNECT") = method { throw .invalidMethod }
    // Most requests have fewer fields than this.
    places.reserveCapacity(16)
  }

  private mutating func setVersion(_ version: ByteView) throws(RequestProblem) {
    if version.holds("HTTP/1.1") {
      minorVersion = 1
    } else if version.holds("HTTP/1.0") {
      minorVersion = 0
    } else {
      guard
        version.count == 8, version[0..<5].holds("HTTP/"), ASCII.isDigit(version[5]),
        version[6] == UInt8(ascii: "."), ASCII.isDigit(version[7])
      else { throw .invalidVersion }
      guard version[5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
      // A later minor version is read as the highest one that is known (RFC 9110 section 2.5).
      minorVersion = 1
    }
  }

  /// Takes a target in origin form (`/path?query`) or absolute form (`http://authority/path?query`); RFC 9112
  /// section 3.2. Bytes from 0x80 are left to whoever decodes the path. `start` is its place in the head.
  private mutating func setTarget(_ target: ByteView, at start: Int) throws(RequestProblem) {
    guard !target.isEmpty, Self.mayBeTarget(target) else { throw .invalidTarget }
    var pathStart = 0
    if target[0] != UInt8(ascii: "/") {
      pathStart = try setAuthority(target, at: start)
    }
    let mark = target.firstOffset(of: UInt8(ascii: "?"), from: pathStart)
    parts.target = start..<start + target.count
    parts.path = start + pathStart..<start + (mark ?? target.count)
    parts.query = mark.map { start + $0 + 1..<start + target.count }
  }

  /// Takes the `http://authority` of an absolute-form target and returns where the path begins.
  private mutating func setAuthority(_ target: ByteView, at start: Int) throws(RequestProblem) -> Int {
    let hostStart: Int
    if target.count >= 7, target[0..<7].holdsIgnoringCase("http://") {
      hostStart = 7
    } else if target.count >= 8, target[0..<8].holdsIgnoringCase("https://") {
      hostStart = 8
    } else {
      throw .invalidTarget
    }
    let hostEnd = target.end(of: { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }, from: hostStart)
    guard HostSyntax.isValid(target[hostStart..<hostEnd]) else { throw .invalidTarget }
    authority = start + hostStart..<start + hostEnd
    return hostEnd
  }

  /// No control character, no space, and no fragment, which is not sent to servers. Sixteen bytes at a time.
  private static func mayBeTarget(_ target: ByteView) -> Bool {
    let spaces = SIMD16<UInt8>(repeating: ASCII.space)
    let deletes = SIMD16<UInt8>(repeating: ASCII.delete)
    let hashes = SIMD16<UInt8>(repeating: UInt8(ascii: "#"))
    var offset = 0
    while offset + 16 <= target.count {
      let block = target.block(at: offset)
      if any((block .<= spaces) .| (block .== deletes) .| (block .== hashes)) { return false }
      offset += 16
    }
    return target[offset..<target.count].allSatisfy {
      $0 > ASCII.space && $0 != ASCII.delete && $0 != UInt8(ascii: "#")
    }
  }

  // MARK: Field lines

  /// Takes one field line, which is not empty: `name ":" OWS value OWS` (RFC 9112 section 5).
  mutating func addField(_ bytes: ByteView, _ range: Range<Int>) throws(RequestProblem) {
    let line = bytes[range]
    let nameEnd = line.end(of: ASCII.isToken, from: 0)
    guard nameEnd > 0, nameEnd < line.count, line[nameEnd] == ASCII.colon else {
      throw Self.problemWithName(line, nameEnd)
    }
    let untrimmed = line[nameEnd + 1..<line.count]
    let trimmed = untrimmed.trimmedRange()
    let value = untrimmed[trimmed]
    try FieldValue.check(value)
    let valueStart = range.lowerBound + nameEnd + 1 + trimmed.lowerBound
    try note(name: line[0..<nameEnd], value: value, at: valueStart..<valueStart + value.count)
    places.append(
      HeaderFields.Place(
        nameStart: UInt32(range.lowerBound), nameCount: UInt32(nameEnd),
        valueStart: UInt32(valueStart), valueCount: UInt32(value.count)))
  }

  private static func problemWithName(_ line: ByteView, _ stop: Int) -> RequestProblem {
    guard stop < line.count, ASCII.isBlank(line[stop]) else { return .invalidFieldName }
    return stop == 0 ? .lineFolding : .blankBeforeColon
  }

  /// Notes what the fields say that govern the connection itself.
  private mutating func note(name: ByteView, value: ByteView, at range: Range<Int>) throws(RequestProblem) {
    switch name.count {
    case 4 where name.holdsIgnoringCase("host"):
      if host != nil { throw .repeatedHost }
      guard HostSyntax.isValid(value) else { throw .invalidHost }
      host = range
    case 6 where name.holdsIgnoringCase("expect"):
      guard value.holdsIgnoringCase("100-continue") else { throw .unknownExpectation }
      expectsContinue = true
    case 10 where name.holdsIgnoringCase("connection"):
      noteConnection(value)
    case 14 where name.holdsIgnoringCase("content-length"):
      if contentLength != nil { throw .repeatedContentLength }
      guard let number = FieldValue.decimal(value) else { throw .invalidContentLength }
      contentLength = number
    case 17 where name.holdsIgnoringCase("transfer-encoding"):
      if isChunked { throw .repeatedTransferEncoding }
      guard value.holdsIgnoringCase("chunked") else { throw Self.problemWithCodings(value) }
      isChunked = true
    default: break
    }
  }

  /// Why transfer codings other than `chunked` alone are refused. Unless it is the last one, and there once, nobody can
  /// say where the body ends (RFC 9112 sections 6.1 and 6.3).
  private static func problemWithCodings(_ value: ByteView) -> RequestProblem {
    var chunkedCount = 0
    var endsChunked = false
    FieldValue.forEachListElement(value) { coding in
      endsChunked = coding.holdsIgnoringCase("chunked")
      if endsChunked { chunkedCount += 1 }
    }
    return endsChunked && chunkedCount == 1 ? .unsupportedTransferEncoding : .unframedTransferEncoding
  }

  /// Takes the options of a Connection field; those other than `close` and `keep-alive` mean nothing here.
  private mutating func noteConnection(_ value: ByteView) {
    FieldValue.forEachListElement(value) { option in
      if option.holdsIgnoringCase("close") { saysClose = true }
      if option.holdsIgnoringCase("keep-alive") { saysKeepAlive = true }
    }
  }

  // MARK: The whole

  /// Judges what only the whole head can tell, makes the request of it, and begins anew.
  mutating func takeHead(_ bytes: ByteView) throws(RequestProblem) -> RequestHead {
    if isChunked {
      if contentLength != nil { throw .contentLengthWithTransferEncoding }
      if minorVersion == 0 { throw .transferEncodingInOldVersion }
    }
    if let host {
      if let authority, !Self.sameIgnoringCase(bytes[host], bytes[authority]) { throw .invalidHost }
    } else if minorVersion == 1 {
      throw .missingHost
    }
    let framing: RequestHead.Framing =
      if isChunked { .chunked } else if let contentLength { .length(contentLength) } else { .none }
    let head = RequestHead(
      method: method, minorVersion: minorVersion, headers: takeFields(bytes), framing: framing,
      expectsContinue: expectsContinue && minorVersion == 1,
      wantsKeepAlive: minorVersion == 1 ? !saysClose : saysKeepAlive && !saysClose, parts: parts)
    self = RequestDraft()
    return head
  }

  /// Copies the head, with the names of its fields in lower case, and gives the places away.
  private mutating func takeFields(_ bytes: ByteView) -> HeaderFields {
    var copy = bytes.copied()
    // SAFETY: the places lie within the head.
    unsafe copy.withUnsafeMutableBufferPointer { copy in
      for place in places {
        for offset in place.name { unsafe copy[offset] = ASCII.lowercased(copy[offset]) }
      }
    }
    let fields = HeaderFields(bytes: copy, places: places)
    places = []
    return fields
  }

  private static func sameIgnoringCase(_ one: ByteView, _ other: ByteView) -> Bool {
    guard one.count == other.count else { return false }
    for offset in 0..<one.count where ASCII.lowercased(one[offset]) != ASCII.lowercased(other[offset]) {
      return false
    }
    return true
  }
}
