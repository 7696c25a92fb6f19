import Primitives
import Ring
import Testing

@testable import API

/// A form as its readers see it.
private struct Read: Equatable {
  var fields: [FormFieldParser.Field] = []
  var filename: [UInt8]?
  var file: [UInt8] = []
  var isFinished = false
}

/// Reads a form in pieces, into rooms, of the given sizes in turn.
private func read(
  _ body: [UInt8], boundary: String = "b", pieces: [Int] = [.max], rooms: [Int] = [4096],
  limits: FormLimits = FormLimits()
) throws(FormError) -> Read {
  let boundary = try FormBoundary(contentType: Array("multipart/form-data; boundary=\(boundary)".utf8)[...])
  var parser = FormFieldParser(boundary, limits: limits)
  var decoder = FormFileDecoder(boundary)
  var result = Read()
  var start = 0
  var turn = 0
  while start < body.count || parser.isAtFile {
    let end = start + min(pieces[turn % pieces.count], body.count - start)
    turn += 1
    if !parser.isAtFile {
      start += try parser.take(body[start..<end])
      continue
    }
    var room = [UInt8](repeating: 0xEE, count: rooms[turn % rooms.count])
    let input = Array(body[start..<end])
    var progress = FormFileDecoder.Progress()
    var failure: FormError?
    // SAFETY: the pointers do not outlive the closures.
    unsafe input.withUnsafeBytes { from in
      unsafe room.withUnsafeMutableBytes { to in
        do throws(FormError) { progress = try unsafe decoder.decode(from, into: to) } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    result.file += room[..<progress.produced]
    start += progress.consumed
    if decoder.isFinished || progress == FormFileDecoder.Progress() { break }
  }
  result.fields = parser.fields
  result.filename = parser.file?.filename
  result.isFinished = decoder.isFinished
  return result
}

private func part(_ disposition: String, _ value: [UInt8], boundary: String = "b") -> [UInt8] {
  Array("--\(boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n".utf8) + value + [13, 10]
}

private func form(_ fields: [(String, String)], _ file: [UInt8], filename: String = "f.txt") -> [UInt8] {
  fields.flatMap { part("name=\"\($0.0)\"", Array($0.1.utf8)) }
    + part("name=\"file\"; filename=\"\(filename)\"", file) + Array("--b--\r\n".utf8)
}

@Suite struct FormParserTests {
  @Test func aForm() throws {
    let body = form(
      [("key", "a/${filename}"), ("empty", ""), ("lines", "x\r\ny\r\n--c")], Array("data".utf8))
    let found = try read(body)
    #expect(found.fields.map(\.name) == ["key", "empty", "lines"])
    #expect(
      found.fields.map { String(decoding: $0.value, as: Unicode.UTF8.self) } == [
        "a/${filename}", "", "x\r\ny\r\n--c",
      ])
    #expect(found.file == Array("data".utf8) && found.filename == Array("f.txt".utf8) && found.isFinished)
  }

  /// Files that look like delimiters, to their last byte.
  @Test(arguments: [
    "", "\r", "\r\n", "\r\n--", "\r\n-\r\n--", "\r\r\n--c", "\r\n--\r\n--", "--b", "\n--b",
    "\r\n--a\r\n\r\n--", "x\r",
  ])
  func nearDelimiters(_ text: String) throws {
    let body = form([("key", "k")], Array(text.utf8))
    for size in 1...12 {
      let found = try read(body, pieces: [size], rooms: [1, 3])
      #expect(found.file == Array(text.utf8) && found.isFinished, "\(size)")
    }
  }

  @Test func anySplitGivesTheSame() throws {
    var random = SplitMix64(seed: UInt64.random(in: 0 ... .max))
    let seed = random
    for round in 0..<300 {
      let file = (0..<Int.random(in: 0...300, using: &random)).map { _ in
        Array("\r\n-bx".utf8).randomElement(using: &random) ?? 0
      }
      let fields = (0..<Int.random(in: 0...5, using: &random)).map { index in
        ("n\(index)", String(repeating: "\r\n-", count: Int.random(in: 0...9, using: &random)) + "x")
      }
      let body = form(fields, file.firstRange(of: Array("\r\n--b".utf8)) == nil ? file : [])
      let whole = try read(body)
      let pieces = (0..<7).map { _ in Int.random(in: 1...40, using: &random) }
      let rooms = (0..<5).map { _ in Int.random(in: 1...40, using: &random) }
      #expect(try read(body, pieces: pieces, rooms: rooms) == whole, "\(seed), \(round)")
      #expect(whole.isFinished && whole.fields.count == fields.count)
    }
  }

  /// Cut anywhere, it is no whole form.
  @Test func everyTruncationIsNoticed() throws {
    let body = form([("key", "k"), ("policy", "p")], Array("data\r\n-".utf8))
    for end in 0..<(body.count - 2) {
      let found = try read(Array(body[..<end]))
      #expect(!found.isFinished, "\(end)")
    }
  }

  @Test func whatComesBehindTheFileIsLeft() throws {
    let file = part("name=\"file\"", Array("data".utf8))
    for rest in ["--b\r\nwhat\u{0}ever", "--b--", "--b-- and more", "--b \t\r\n"] {
      let found = try read(file + Array(rest.utf8))
      #expect(found.file == Array("data".utf8) && found.isFinished)
    }
    for rest in ["--bc", "--b-x", "--b\rx", "--b\n"] {
      #expect(throws: FormError.malformed(.delimiter)) { try read(file + Array(rest.utf8)) }
    }
  }

  @Test(arguments: [
    ("x--b\r\nContent", FormError.Reason.preamble), ("\r\n\r\n--b\r\n", .preamble),
    ("--c\r\n\r\n\r\n", .preamble),
    ("--b\nContent", .delimiter), ("--bx\r\n", .delimiter),
    ("--b\r\nX: y\r\n\r\n", .disposition),
    ("--b\r\nContent-Disposition: attachment; name=x\r\n\r\n", .disposition),
    ("--b\r\nContent-Disposition: form-data\r\n\r\n", .name),
    ("--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n", .name),
    ("--b\r\nContent-Disposition: form-data; name=\"a\"; name=b\r\n\r\n", .disposition),
    ("--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n", .disposition),
    (
      "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=a\r\n\r\n",
      .header
    ),
    ("--b\r\nContent-Disposition: form-data; name=a\r\n folded\r\n\r\n", .header),
    ("--b\r\nContent-Disposition: form-data; name=a\nb: c\r\n\r\n", .header),
    ("--b\r\nnothing\r\n\r\n", .header),
    ("--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n", .header),
  ])
  func whatIsNoFormIsRefused(_ text: String, _ reason: FormError.Reason) {
    #expect(throws: FormError.malformed(reason)) { try read(Array(text.utf8)) }
    #expect(throws: FormError.malformed(reason)) { try read(Array(text.utf8), pieces: [1]) }
  }

  @Test func limitsHold() {
    var limits = FormLimits()
    limits.fields = 3
    limits.fieldBytes = 20
    limits.totalBytes = 400
    limits.headerBytes = 80
    func refusal(_ body: [UInt8]) -> FormError? {
      do throws(FormError) {
        _ = try read(body, limits: limits)
        return nil
      } catch { return error }
    }
    let long = String(repeating: "x", count: 21)
    #expect(refusal(form([("a", String(long.dropLast()))], [])) == nil)
    #expect(refusal(form([("a", long)], [])) == .fieldTooLong(name: "a", limit: 20))
    #expect(refusal(part("name=a", Array(repeating: 0, count: 100))) == .fieldTooLong(name: "a", limit: 20))
    #expect(refusal(form((0..<4).map { ("\($0)", "") }, [])) == .tooLarge(limit: 400))
    #expect(
      refusal(form([("a", "")], [], filename: String(repeating: "n", count: 81))) == .malformed(.header))
    limits.fields = 100
    #expect(refusal(form((0..<10).map { ("\($0)", "x") }, [])) == .tooLarge(limit: 400))
    // The file itself is not counted.
    #expect(refusal(form([("a", "x")], Array(repeating: 0, count: 5_000))) == nil)
    #expect(refusal(part("name=a", []) + Array("--b--".utf8)) == .noFile)
  }

  @Test func namesOfFiles() throws {
    for (written, name) in [
      ("filename=plain.txt", "plain.txt"), ("filename=\"a;b=c\"", "a;b=c"),
      ("filename=\"say \\\"hi\\\"\"", "say \"hi\""),
      ("filename=\"C:\\dir\\f.txt\"", "C:\\dir\\f.txt"), ("filename*=UTF-8''caf%C3%A9", "café"),
      ("filename=\"x\"; filename*=utf-8'en'y", "y"), ("FileName = \"x\" ; ", "x"),
    ] {
      let body = part("name=\"file\"; \(written)", []) + Array("--b--".utf8)
      #expect(try read(body).filename == Array(name.utf8), "\(written)")
    }
  }

  @Test func boundaries() throws {
    for (type, wanted) in [
      ("multipart/form-data; boundary=abc", "abc"),
      ("Multipart/Form-Data;charset=x;boundary=\"a b'c\"", "a b'c"),
      ("multipart/form-data; boundary=----WebKitFormBoundaryA/9+_", "----WebKitFormBoundaryA/9+_"),
    ] {
      #expect(try FormBoundary(contentType: Array(type.utf8)[...]).delimiter == Array("\r\n--\(wanted)".utf8))
    }
    for type in ["", "text/plain", "multipart/mixed; boundary=x", "application/x-www-form-urlencoded"] {
      #expect(throws: FormError.notAForm) { try FormBoundary(contentType: Array(type.utf8)[...]) }
    }
    #expect(throws: FormError.notAForm) { try FormBoundary(contentType: nil) }
    for rest in [
      "", "; boundary=", "; boundary=\"a ", "; boundary=\"a \"", "; boundary=a\u{7}",
      "; boundary=x; boundary=y",
      "; boundary=" + String(repeating: "x", count: 71),
    ] {
      #expect(throws: FormError.malformed(.boundary)) {
        try FormBoundary(contentType: Array("multipart/form-data\(rest)".utf8)[...])
      }
    }
  }
}
