/// Reads responses as a pure state machine: bytes in, whole responses counted. Bodies are not kept, but for
/// the first bytes of one, which tell an error or a page's key count.
struct ResponseReader {
  enum Problem: Error, Sendable {
    case malformed
  }

  /// A response that has arrived whole.
  struct Response: Sendable {
    var status = 0
    var bodyBytes = 0
    /// The first bytes of the body, up to `excerptBytesMax`.
    var excerpt: [UInt8] = []
    var keepsConnection = true
  }

  static let excerptBytesMax = 1_024
  static let headBytesMax = 65_536

  private enum State {
    case head, sized(Int), chunkHead, chunk(Int), chunkEnd, trailer
  }

  private var state = State.head
  private var line: [UInt8] = []
  private var isFirstLine = true
  private var length: Int?
  private var isChunked = false
  private var headBytes = 0
  private var current = Response()

  /// Takes bytes; returns the response that they complete and how many of them belong to it.
  ///
  /// - Throws: `Problem.malformed` for what is not HTTP/1.1.
  mutating func consume(
    _ bytes: UnsafeRawBufferPointer
  ) throws(Problem) -> (response: Response?, consumed: Int) {
    var index = 0
    while true {
      switch state {
      case .sized(let left):
        let count = min(left, bytes.count - index)
        unsafe keep(UnsafeRawBufferPointer(rebasing: bytes[index..<index + count]))
        index += count
        if count == left { return (finish(), index) }
        state = .sized(left - count)
        return (nil, index)
      case .chunk(let left):
        let count = min(left, bytes.count - index)
        unsafe keep(UnsafeRawBufferPointer(rebasing: bytes[index..<index + count]))
        index += count
        state = count == left ? .chunkEnd : .chunk(left - count)
        if index == bytes.count { return (nil, index) }
      case .head, .chunkHead, .chunkEnd, .trailer:
        // SAFETY: the index stays below the count; the bytes live for this call.
        while index < bytes.count, unsafe bytes[index] != UInt8(ascii: "\n") {
          unsafe line.append(bytes[index])
          index += 1
        }
        if index == bytes.count { return (nil, index) }
        index += 1
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        if try endOfLine() { return (finish(), index) }
        line.removeAll(keepingCapacity: true)
      }
    }
  }

  /// A whole line has arrived: moves on, and says whether the response is complete.
  private mutating func endOfLine() throws(Problem) -> Bool {
    switch state {
    case .head: return try headLine()
    case .chunkHead:
      let digits = line.prefix { $0 != UInt8(ascii: ";") }
      guard let size = Int(String(decoding: digits, as: Unicode.UTF8.self), radix: 16), size >= 0 else {
        throw .malformed
      }
      state = size == 0 ? .trailer : .chunk(size)
      return false
    case .chunkEnd:
      guard line.isEmpty else { throw .malformed }
      state = .chunkHead
      return false
    case .trailer: return line.isEmpty
    case .sized, .chunk: return false
    }
  }

  private mutating func headLine() throws(Problem) -> Bool {
    headBytes += line.count
    guard headBytes <= Self.headBytesMax else { throw .malformed }
    if isFirstLine {
      let text = String(decoding: line, as: Unicode.UTF8.self)
      guard text.hasPrefix("HTTP/1."), let status = Int(text.dropFirst(9).prefix(3)) else {
        throw .malformed
      }
      current.status = status
      isFirstLine = false
      return false
    }
    guard line.isEmpty else {
      header()
      return false
    }
    if (100..<200).contains(current.status) {
      isFirstLine = true
      return false
    }
    if isChunked {
      state = .chunkHead
      return false
    }
    guard let length, length > 0, current.status != 204, current.status != 304 else { return true }
    state = .sized(length)
    return false
  }

  private mutating func header() {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
    let name = String(decoding: line[..<colon], as: Unicode.UTF8.self).lowercased()
    guard ["content-length", "transfer-encoding", "connection"].contains(name) else { return }
    let text = String(decoding: line[(colon + 1)...], as: Unicode.UTF8.self)
    let value = text.lowercased().filter { $0 != " " && $0 != "\t" }
    switch name {
    case "content-length": length = Int(value)
    case "transfer-encoding": isChunked = value == "chunked"
    default: if value == "close" { current.keepsConnection = false }
    }
  }

  private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
    current.bodyBytes += bytes.count
    let room = Self.excerptBytesMax - current.excerpt.count
    if room > 0 { unsafe current.excerpt.append(contentsOf: bytes.prefix(room)) }
  }

  private mutating func finish() -> Response {
    let response = current
    self = ResponseReader()
    return response
  }
}
