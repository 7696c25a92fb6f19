/// A strict parser of request heads (RFC 9112 sections 2 to 5) that takes the bytes as they arrive.
///
/// It works by lines: a vector search finds the next LF, the line is then checked byte for byte once. Bytes of
/// an unfinished head are kept, with the place where the search stopped, so that a head costs the same however
/// many pieces it comes in. A head that arrives whole is parsed where it lies and copied once, into the array
/// that the request keeps. The first problem is final: the parser must not be used after it has thrown.
package struct RequestHeadParser {
  let limits: HTTPLimits
  /// The beginning of a head that is not complete yet.
  private var pending: [UInt8] = []
  /// Where the search for the next LF resumes.
  private var searched = 0
  /// Where the line begins that is not complete yet.
  private var lineStart = 0
  /// Where the header section begins; nil before the request line is complete.
  private var fieldsStart: Int?
  /// Whether the one empty line that may precede a request has passed (RFC 9112 section 2.2).
  private var sawLeadingLine = false
  private var draft = RequestDraft()

  package init(limits: HTTPLimits) {
    self.limits = limits
  }

  /// Whether no byte of a request has been seen, but for the empty line that may precede one.
  package var isIdle: Bool { pending.isEmpty || (sawLeadingLine && lineStart == pending.count) }

  /// Bytes that are kept of a head that is not complete.
  package var pendingBytes: Int { pending.capacity }

  /// Takes the next bytes of the connection. Returns how many of them belong to the head and, when it is
  /// complete, the head; bytes after it are not touched. Without a head all bytes have been taken.
  package mutating func consume(
    _ bytes: UnsafeRawBufferPointer
  ) throws(RequestProblem) -> (head: RequestHead?, consumed: Int) {
    let bytes = unsafe ByteView(bytes)
    if pending.isEmpty {
      guard let end = try scan(bytes) else {
        pending = bytes.copied()
        return (nil, bytes.count)
      }
      return (try finish(bytes[0..<end]), end)
    }
    let before = pending.count
    // What does not fit makes the scan throw, so bytes past the limits are never kept.
    let room = max(0, limits.requestLineBytes + limits.headerBytes + 8 - before)
    // SAFETY: the bytes are copied before this returns.
    unsafe pending.append(contentsOf: bytes[0..<min(room, bytes.count)].raw)
    let all = pending
    pending = []
    // SAFETY: the scan keeps no view.
    let end = unsafe try all.withUnsafeBufferPointer { (buffer) throws(RequestProblem) -> Int? in
      unsafe try scan(ByteView(UnsafeRawBufferPointer(buffer)))
    }
    guard let end else {
      pending = all
      return (nil, bytes.count)
    }
    // SAFETY: the head copies the bytes.
    let head = unsafe try all.withUnsafeBufferPointer { (buffer) throws(RequestProblem) in
      unsafe try finish(ByteView(UnsafeRawBufferPointer(buffer))[0..<end])
    }
    return (head, end - before)
  }

  /// Looks at every line that has become complete. Returns where the head ends, nil before that.
  private mutating func scan(_ bytes: ByteView) throws(RequestProblem) -> Int? {
    if searched == 0, bytes.count > 0 { try checkFirstByte(bytes) }
    while let lineFeed = bytes.firstOffset(of: ASCII.lineFeed, from: searched) {
      guard lineFeed > lineStart, bytes[lineFeed - 1] == ASCII.carriageReturn else {
        throw .bareLineFeed
      }
      let line = lineStart..<lineFeed - 1
      lineStart = lineFeed + 1
      searched = lineStart
      if let fieldsStart {
        guard lineStart - fieldsStart <= limits.headerBytes else { throw .headersTooLarge }
        if line.isEmpty { return lineStart }
        guard draft.places.count < limits.headerCount else { throw .tooManyHeaders }
        try draft.addField(bytes, line)
      } else if line.isEmpty, !sawLeadingLine {
        sawLeadingLine = true
      } else {
        guard line.count <= limits.requestLineBytes else { throw .requestLineTooLong }
        try draft.setRequestLine(bytes, line)
        fieldsStart = lineStart
      }
    }
    searched = bytes.count
    try checkUnfinishedLine(byteCount: bytes.count)
    return nil
  }

  /// A first byte that can begin no request (a TLS handshake, say) is refused without waiting for its line.
  private func checkFirstByte(_ bytes: ByteView) throws(RequestProblem) {
    let first = bytes[0]
    if !ASCII.isToken(first), first != ASCII.carriageReturn {
      throw first == ASCII.lineFeed ? .bareLineFeed : .invalidMethod
    }
  }

  private func checkUnfinishedLine(byteCount: Int) throws(RequestProblem) {
    if let fieldsStart {
      if byteCount - fieldsStart > limits.headerBytes { throw .headersTooLarge }
    } else if byteCount - lineStart > limits.requestLineBytes + 1 {
      // One more than the limit: the last byte may be the CR of the line's end.
      throw .requestLineTooLong
    }
  }

  /// Makes the head of what has been seen and makes ready for the next request.
  private mutating func finish(_ bytes: ByteView) throws(RequestProblem) -> RequestHead {
    searched = 0
    lineStart = 0
    fieldsStart = nil
    sawLeadingLine = false
    return try draft.takeHead(bytes)
  }
}
