import Testing

@testable import Bench

@Suite struct ResponseReaderTests {
  /// Feeds `text` in pieces of `size`; returns the responses that came out.
  static func read(_ text: String, pieces size: Int) throws -> [ResponseReader.Response] {
    var reader = ResponseReader()
    var responses: [ResponseReader.Response] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      var piece = rest.prefix(size)
      rest = rest.dropFirst(size)
      while !piece.isEmpty {
        let (response, consumed) = try unsafe piece.withUnsafeBytes { try unsafe reader.consume($0) }
        if let response { responses.append(response) }
        piece = piece.dropFirst(consumed)
        if response == nil, consumed == 0 { break }
      }
    }
    return responses
  }

  static let sized = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello"
  static let chunked =
    "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: r\r\n\r\n"
  static let empty = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"

  @Test(arguments: [1, 2, 3, 7, 1_000])
  func readsResponses(size: Int) throws {
    let responses = try Self.read(Self.sized + Self.chunked + Self.empty + Self.sized, pieces: size)
    #expect(responses.map(\.status) == [200, 404, 204, 200])
    #expect(responses.map(\.bodyBytes) == [5, 5, 0, 5])
    #expect(responses.map(\.keepsConnection) == [true, false, true, true])
    #expect(String(decoding: responses[1].excerpt, as: Unicode.UTF8.self) == "abcde")
  }

  @Test(arguments: [
    "SSH-2.0\r\n", "HTTP/1.1 abc\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  ])
  func refuses(text: String) {
    #expect(throws: ResponseReader.Problem.self) { try Self.read(text, pieces: 100) }
  }

  @Test func keyCount() {
    #expect(BenchWorker.keyCount(Array("<a><KeyCount>123</KeyCount>".utf8)) == 123)
    #expect(BenchWorker.keyCount([]) == 0)
  }
}
