import Glibc

/// The pieces of a canonical request (AWS Signature V4, "Create a canonical request") as S3 builds them.
///
/// All functions are total: whatever the bytes are, they append something, and equal meanings append equal
/// bytes. Verifier and signer share them, so the two cannot drift apart. They run for every request, so they
/// work on spans and copy what is canonical already in one piece.
package enum SigV4Canonical {
  /// Appends the canonical URI of a path as it stands in the request line.
  ///
  /// S3's rule: decode once, encode once, and no normalisation of `//`, `.` or `..`. Whether the client sent
  /// `!` or `%21` makes no difference, and `%2F` is a slash. A `%` that begins no escape is a literal `%`.
  package static func appendPath(_ path: Span<UInt8>, to output: inout [UInt8]) {
    guard !path.isEmpty else { return output.append(slash) }
    appendNormalised(path, 0..<path.count, isPath: true, to: &output)
  }

  /// Appends the canonical query string of the raw query: names and values re-encoded (`+` is a space),
  /// `name=` where there is no value, sorted by encoded name, then encoded value. Empty components vanish.
  ///
  /// `omittingSignature` leaves `X-Amz-Signature` out, as presigned URLs require.
  package static func appendQuery(
    _ query: Span<UInt8>, omittingSignature: Bool, to output: inout [UInt8]
  ) {
    appendQuery(query, omitting: omittingSignature ? "X-Amz-Signature" : nil, keepsEquals: true, to: &output)
  }

  /// Appends the canonical query string as OSS's signature version 4 has it: without `x-oss-signature`, and a parameter
  /// without a value is its name alone.
  package static func appendOSSQuery(_ query: Span<UInt8>, to output: inout [UInt8]) {
    appendQuery(query, omitting: "x-oss-signature", keepsEquals: false, to: &output)
  }

  private static func appendQuery(
    _ query: Span<UInt8>, omitting omitted: StaticString?, keepsEquals: Bool, to output: inout [UInt8]
  ) {
    let regionStart = output.count
    var previous = Pair(start: regionStart, nameEnd: regionStart, end: regionStart)
    var isSorted = true
    var start = 0
    while start < query.count {
      if let omitted, let end = endOfParameter(omitted, query, start) {
        start = end + 1
        continue
      }
      let part = Component(query, from: start)
      defer { start = part.end + 1 }
      guard start < part.end else { continue }
      if output.count > regionStart { output.append(ampersand) }
      let pair = append(query, part, keepsEquals: keepsEquals, to: &output)
      if isSorted && Pair.precedes(pair, previous, in: output) { isSorted = false }
      previous = pair
    }
    // Most clients send their parameters sorted, or sort few: only the others pay for it.
    if !isSorted { sort(from: regionStart, in: &output) }
  }

  /// Appends a header value: blanks at the ends dropped, every other run of blanks one space.
  package static func appendHeaderValue(_ value: Span<UInt8>, to output: inout [UInt8]) {
    var index = 0
    var isFirst = true
    while true {
      while index < value.count, isBlank(value[index]) { index += 1 }
      guard index < value.count else { return }
      let word = index
      while index < value.count, !isBlank(value[index]) { index += 1 }
      if !isFirst { output.append(space) }
      isFirst = false
      output.append(value, word..<index)
    }
  }

  /// The end of the component that begins at `start`, if that is its name.
  private static func endOfParameter(_ name: StaticString, _ query: Span<UInt8>, _ start: Int) -> Int? {
    let nameEnd = start + name.utf8CodeUnitCount
    guard nameEnd <= query.count, query.holds(name, at: start..<nameEnd) else { return nil }
    if nameEnd < query.count && query[nameEnd] != equals && query[nameEnd] != ampersand { return nil }
    return query.firstIndex(of: ampersand, in: nameEnd..<query.count) ?? query.count
  }

  /// Where a component of the raw query lies, found in one pass.
  private struct Component {
    let start: Int
    /// The first `=`, or the end.
    let split: Int
    let end: Int
    /// Whether name and value are canonical as they stand.
    private let isCanonical: Bool

    init(_ query: Span<UInt8>, from start: Int) {
      var split: Int?
      var isCanonical = true
      var index = start
      scan: while index < query.count {
        let byte = query[index]
        if isUnreserved(byte) {
          index += 1
          continue
        }
        switch byte {
        case ampersand: break scan
        case equals where split == nil: split = index
        case percent where isCanonicalEscape(query, index): index += 2
        default: isCanonical = false
        }
        index += 1
      }
      self.start = start
      self.split = split ?? index
      self.end = index
      self.isCanonical = isCanonical
    }

    /// Whether it is canonical as it stands: the `=` of an empty value is there, or is not, as wanted.
    func isCanonical(keepsEquals: Bool) -> Bool {
      isCanonical && (keepsEquals ? split < end : split + 1 != end)
    }
  }

  /// Appends a component of the query in canonical form.
  private static func append(
    _ query: Span<UInt8>, _ part: Component, keepsEquals: Bool, to output: inout [UInt8]
  ) -> Pair {
    let start = output.count
    if part.isCanonical(keepsEquals: keepsEquals) {
      output.append(query, part.start..<part.end)
      return Pair(
        start: start, nameEnd: start + part.split - part.start, end: start + part.end - part.start)
    }
    appendNormalised(query, part.start..<part.split, isPath: false, to: &output)
    let nameEnd = output.count
    let hasValue = part.split + 1 < part.end
    if hasValue || keepsEquals { output.append(equals) }
    if hasValue {
      appendNormalised(query, (part.split + 1)..<part.end, isPath: false, to: &output)
    }
    return Pair(start: start, nameEnd: nameEnd, end: output.count)
  }

  /// Whether an escape that a query component may keep begins at `index`: upper-case digits, and of a byte
  /// that needs it.
  private static func isCanonicalEscape(_ text: Span<UInt8>, _ index: Int) -> Bool {
    guard text.count - index > 2, text[index + 1] < lowerA, text[index + 2] < lowerA,
      let high = Hex.value(of: text[index + 1]), let low = Hex.value(of: text[index + 2])
    else { return false }
    return !isUnreserved(high << 4 | low)
  }

  /// Where an encoded `name=value` lies in the output.
  private struct Pair {
    var start: Int
    var nameEnd: Int
    var end: Int

    /// Whether `a` sorts before `b`: by name, then by value. Comparing the joined text would be wrong,
    /// because `-`, `.` and digits sort before `=`.
    static func precedes(_ a: Pair, _ b: Pair, in bytes: [UInt8]) -> Bool {
      let names = compare(bytes, a.start..<a.nameEnd, b.start..<b.nameEnd)
      if names != 0 { return names < 0 }
      return compare(bytes, a.nameEnd..<a.end, b.nameEnd..<b.end) < 0
    }

    private static func compare(_ bytes: [UInt8], _ a: Range<Int>, _ b: Range<Int>) -> Int {
      let common = min(a.count, b.count)
      // SAFETY: both ranges were recorded from this array, which only grew since.
      let order = unsafe bytes.withUnsafeBytes { all -> Int32 in
        guard let base = all.baseAddress else { return 0 }
        return unsafe memcmp(base + a.lowerBound, base + b.lowerBound, common)
      }
      return order != 0 ? Int(order) : a.count - b.count
    }
  }

  /// Sorts the pairs from `start` on. In encoded text `&` and `=` can only be the separators.
  private static func sort(from start: Int, in output: inout [UInt8]) {
    var pairs: [Pair] = []
    var next = start
    while next < output.count {
      let end = output[next...].firstIndex(of: ampersand) ?? output.count
      let nameEnd = output[next..<end].firstIndex(of: equals) ?? end
      pairs.append(Pair(start: next, nameEnd: nameEnd, end: end))
      next = end + 1
    }
    pairs.sort { Pair.precedes($0, $1, in: output) }
    var sorted: [UInt8] = []
    sorted.reserveCapacity(output.count - start)
    for pair in pairs {
      if !sorted.isEmpty { sorted.append(ampersand) }
      sorted.append(contentsOf: output[pair.start..<pair.end])
    }
    output.replaceSubrange(start..., with: sorted)
  }

  /// Appends a range of `text` decoded once and encoded once.
  private static func appendNormalised(
    _ text: Span<UInt8>, _ range: Range<Int>, isPath: Bool, to output: inout [UInt8]
  ) {
    let end = range.upperBound
    var runStart = range.lowerBound
    var index = runStart
    while index < end {
      let byte = text[index]
      if isUnreserved(byte) || (isPath && byte == slash) {
        index += 1
        continue
      }
      var literal = byte
      var length = 1
      if byte == percent {
        if end - index > 2, let high = Hex.value(of: text[index + 1]),
          let low = Hex.value(of: text[index + 2])
        {
          literal = high << 4 | low
          length = 3
          let isUpperCase = text[index + 1] < lowerA && text[index + 2] < lowerA
          if isUpperCase && !isUnreserved(literal) && !(isPath && literal == slash) {
            index += 3
            continue
          }
        }
      } else if byte == plus && !isPath {
        literal = space
      }
      output.append(text, runStart..<index)
      appendEncoded(literal, isPath: isPath, to: &output)
      index += length
      runStart = index
    }
    output.append(text, runStart..<end)
  }

  private static func appendEncoded(_ byte: UInt8, isPath: Bool, to output: inout [UInt8]) {
    if isUnreserved(byte) || (isPath && byte == slash) { return output.append(byte) }
    output.append(percent)
    output.append(Hex.upperDigit(byte >> 4))
    output.append(Hex.upperDigit(byte & 15))
  }

  /// `A-Za-z0-9-._~`.
  @inline(__always)
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    // Letters first: most bytes are. Both cases at once, by setting the bit that tells them apart.
    if (byte | 0x20) &- 0x61 < 26 { return true }
    // The rest lies within one word from "-" on: `-.`, `0-9`, `_`, and `~` apart.
    let offset = byte &- 0x2D
    return offset < 51 ? 0x0004_0000_0000_1FFB &>> UInt64(offset) & 1 == 1 : byte == 0x7E
  }

  @inline(__always)
  private static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == 0x09 }

  private static let space: UInt8 = 0x20
  private static let percent: UInt8 = 0x25
  private static let ampersand: UInt8 = 0x26
  private static let plus: UInt8 = 0x2B
  private static let slash: UInt8 = 0x2F
  private static let equals: UInt8 = 0x3D
  private static let lowerA: UInt8 = 0x61
}
