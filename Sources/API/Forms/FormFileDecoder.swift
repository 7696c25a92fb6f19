import Primitives

/// Gives the content of a form's file: what comes up to the next delimiter. Pure, and for pieces of any length.
///
/// A delimiter has its CR at its beginning only: what turns out not to be one is content as a whole, and the byte that
/// told so is looked at anew.
struct FormFileDecoder {
  struct Progress: Equatable {
    var consumed = 0
    var produced = 0
  }

  private enum Phase { case content, delimiter, dash, lineFeed, end }

  private let delimiter: [UInt8]
  private var phase = Phase.content
  /// Bytes of a delimiter that have come; they are content if the next is not its next.
  private var matched = 0
  /// Of those, what is still to be given, once they are content.
  private var owed = 0..<0

  init(_ boundary: FormBoundary) { delimiter = boundary.delimiter }

  /// Whether the file's end has come. What follows it is nobody's.
  var isFinished: Bool { phase == .end }

  /// Decodes as much as there is room for. At the file's end the rest of the input is left.
  ///
  /// - Throws: `.malformed` where a delimiter does not end as one does.
  mutating func decode(
    _ input: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) throws(FormError) -> Progress {
    var progress = Progress()
    while progress.produced < target.count || owed.isEmpty {
      if !owed.isEmpty {
        unsafe give(into: target, &progress)
        continue
      }
      guard phase != .end, progress.consumed < input.count else { break }
      if phase == .content && matched == 0 {
        guard progress.produced < target.count else { break }
        unsafe copyRun(input, into: target, &progress)
      } else {
        // SAFETY: `consumed` is within the input.
        try take(unsafe input[progress.consumed], &progress)
      }
    }
    return progress
  }

  /// Content up to the next CR, which may begin a delimiter.
  private mutating func copyRun(
    _ input: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, _ progress: inout Progress
  ) {
    let start = progress.consumed
    let most = min(input.count - start, target.count - progress.produced)
    // SAFETY: the span does not outlive the call; `most` bytes are within both from where they are read and written.
    let bytes = unsafe Span<UInt8>(_unsafeBytes: input)
    let mark = bytes.firstIndex(of: 0x0D, in: start..<(start + most))
    let end = mark ?? start + most
    unsafe UnsafeMutableRawBufferPointer(rebasing: target[progress.produced...])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: input[start..<end]))
    progress.consumed = end
    progress.produced += end - start
    if mark != nil {
      progress.consumed += 1
      matched = 1
    }
  }

  /// Gives bytes of a delimiter that was none.
  private mutating func give(into target: UnsafeMutableRawBufferPointer, _ progress: inout Progress) {
    while !owed.isEmpty, progress.produced < target.count {
      // SAFETY: `produced` is within the target.
      unsafe target[progress.produced] = delimiter[owed.lowerBound]
      progress.produced += 1
      owed = (owed.lowerBound + 1)..<owed.upperBound
    }
  }

  /// One byte of what may be a delimiter, or follows one.
  private mutating func take(_ byte: UInt8, _ progress: inout Progress) throws(FormError) {
    switch phase {
    case .content where byte == delimiter[matched]:
      matched += 1
      if matched == delimiter.count { phase = .delimiter }
    case .content:
      (owed, matched) = (0..<matched, 0)
      return
    case .delimiter where byte == 0x20 || byte == 0x09: break
    case .delimiter where byte == UInt8(ascii: "-"): phase = .dash
    case .delimiter where byte == 0x0D: phase = .lineFeed
    case .dash where byte == UInt8(ascii: "-"): phase = .end
    case .lineFeed where byte == 0x0A: phase = .end
    case .delimiter, .dash, .lineFeed, .end: throw .malformed(.delimiter)
    }
    progress.consumed += 1
  }
}
