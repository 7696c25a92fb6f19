/// One response as a client sees it.
struct Reply: Equatable, Sendable {
  var status: Int
  /// Names in lower case.
  var fields: [String: String]
  var body: String
  /// Whether the body ended as its framing says.
  var isComplete = true

  /// Reads responses from the bytes of a connection. `headOnly` says which of them answer a HEAD request.
  static func parse(_ bytes: [UInt8], headOnly: Set<Int> = []) -> [Reply] {
    var replies: [Reply] = []
    var rest = bytes[...]
    while let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
      let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
      rest = rest[end.upperBound...]
      let words = (lines.first ?? "").split(separator: " ", maxSplits: 2)
      guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return replies }
      var reply = Reply(status: status, fields: [:], body: "")
      for line in lines.dropFirst() {
        let pair = line.split(separator: ":", maxSplits: 1).map { $0.trimmingPrefix(" ") }
        guard pair.count == 2 else { return replies }
        reply.fields[pair[0].lowercased()] = String(pair[1])
      }
      reply.takeBody(&rest, isHead: headOnly.contains(replies.count))
      replies.append(reply)
    }
    return replies
  }

  private mutating func takeBody(_ rest: inout ArraySlice<UInt8>, isHead: Bool) {
    if isHead || status < 200 || status == 204 || status == 304 { return }
    if let length = fields["content-length"].flatMap({ Int($0) }) {
      body = String(decoding: rest.prefix(length), as: UTF8.self)
      isComplete = rest.count >= length
      rest = rest.dropFirst(length)
    } else if fields["transfer-encoding"] == "chunked" {
      isComplete = takeChunks(&rest)
    } else {
      body = String(decoding: rest, as: UTF8.self)
      rest = []
    }
  }

  private mutating func takeChunks(_ rest: inout ArraySlice<UInt8>) -> Bool {
    while let end = rest.firstRange(of: [13, 10]) {
      guard let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16) else { break }
      rest = rest[end.upperBound...]
      body += String(decoding: rest.prefix(size), as: UTF8.self)
      guard rest.count >= size + 2 else { break }
      rest = rest.dropFirst(size)
      guard rest.starts(with: [13, 10]) else { break }
      rest = rest.dropFirst(2)
      if size == 0 { return true }
    }
    return false
  }
}
