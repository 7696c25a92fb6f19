import Primitives

@testable import API

/// A browser's form: any bytes are read or refused, and cut into pieces they come to the same. What a file is made of
/// comes back, however much it looks like a delimiter. A policy is read or refused.
enum FormTarget {
  struct Outcome: Equatable {
    var fields: [FormFieldParser.Field] = []
    var file: [UInt8] = []
    var isFinished = false
    var failure: String?
  }

  @Sendable static func run(_ input: [UInt8]) throws(BrokenProperty) {
    let whole = read(input, .whole)
    let pieces = read(input, .random)
    try requireEqual(pieces.failure == nil, whole.failure == nil, "the refusal of a form in pieces")
    if whole.failure == nil {
      try requireEqual(pieces, whole, "a form in pieces")
      try require(
        whole.fields.reduce(0) { $0 + $1.value.count } <= FormLimits().totalBytes, "fields are bounded")
    }
    try roundTrip(input)
    checkPolicy(input)
  }

  private static func boundary() throws(FormError) -> FormBoundary {
    try FormBoundary(contentType: bytes("multipart/form-data; boundary=b")[...])
  }

  private static func read(_ form: [UInt8], _ cutting: Cutting) -> Outcome {
    var outcome = Outcome()
    var random = choices(for: form)
    do throws(FormError) {
      let boundary = try boundary()
      var parser = FormFieldParser(boundary)
      var decoder = FormFileDecoder(boundary)
      var start = 0
      while start < form.count, !decoder.isFinished {
        let piece = cutting.next(form.count - start, &random)
        if !parser.isAtFile {
          start += try parser.take(form[start..<(start + piece)])
          continue
        }
        var room = [UInt8](repeating: 0, count: cutting.next(max(1, form.count), &random))
        let progress = try form.withPart(start..<(start + piece)) { (bytes) throws(FormError) in
          try room.withRoom { (target) throws(FormError) in try unsafe decoder.decode(bytes, into: target) }
        }
        start += progress.consumed
        outcome.file += room[..<progress.produced]
      }
      // What was a delimiter's beginning until the end is nobody's: the form is not whole.
      outcome.fields = parser.fields
      outcome.isFinished = decoder.isFinished
      if !decoder.isFinished { outcome.file = [] }
    } catch {
      outcome.failure = "\(error)"
    }
    return outcome
  }

  /// The input as a file.
  private static func roundTrip(_ file: [UInt8]) throws(BrokenProperty) {
    guard file.firstRange(of: bytes("\r\n--b")) == nil, !file.starts(with: bytes("--b")) else { return }
    let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"
    let back = read(bytes(head) + file + bytes("\r\n--b--\r\n"), .random)
    try require(
      back.failure == nil && back.isFinished, "a form that was made is refused: \(back.failure ?? "")")
    try requireEqual(back.file, file, "the file of a form")
  }

  private static func checkPolicy(_ input: [UInt8]) {
    var encoded: [UInt8] = []
    Base64.append(input, to: &encoded)
    for forms in [FormSpelling.s3, .oss] {
      // Any refusal will do: only a trap is a failure.
      if let policy = try? PostPolicy(encoded, forms) { _ = policy.length }
    }
  }
}
