import Glibc

/// The pieces of a canonical request (AWS Signature V4, "Create a canonical request") as S3 builds them.
///
/// All functions are total: whatever the bytes are, they append something, and equal meanings append equal
/// bytes. Verifier and signer share them, so the two cannot drift apart.
package enum SigV4Canonical {
  /// Appends the canonical URI of a path as it stands in the request line.
  ///
  /// S3's rule: decode once, encode once, and no normalisation of `//`, `.` or `..`. Whether the client sent
  /// `!` or `%21` makes no difference, and `%2F` is a slash. A `%` that begins no escape is a literal `%`.
  package static func appendPath(_ path: ArraySlice<UInt8>, to output: inout [UInt8]) {
    guard !path.isEmpty else { return output.append(slash) }
    appendNormalised(path, isPath: true, to: &output)
  }

  /// Appends the canonical query string of the raw query: names and values re-encoded (`+` is a space),
  /// `name=` where there is no value, sorted by encoded name, then encoded value. Empty components vanish.
  ///
  /// `omittingSignature` leaves `X-Amz-Signature` out, as presigned URLs require.
  package static func appendQuery(
    _ query: ArraySlice<UInt8>, omittingSignature: Bool, to output: inout [UInt8]
  ) {
    var pairs: [Pair] = []
    pairs.reserveCapacity(16)
    let regionStart = output.count
    var isSorted = true
    var start = query.startIndex
    while start < query.endIndex {
      let end = query[start...].firstIndex(of: ampersand) ?? query.endIndex
      defer { start = end + 1 }
      guard start < end else { continue }
      let split = query[start..<end].firstIndex(of: equals) ?? end
      if omittingSignature && query[start..<split].elementsEqual(signatureName) { continue }
      if output.count > regionStart { output.append(ampersand) }
      var pair = Pair(start: output.count, nameEnd: 0, end: 0)
      appendNormalised(query[start..<split], isPath: false, to: &output)
      pair.nameEnd = output.count
      output.append(equals)
      if split < end { appendNormalised(query[(split + 1)..<end], isPath: false, to: &output) }
      pair.end = output.count
      if let last = pairs.last, Pair.precedes(pair, last, in: output) { isSorted = false }
      pairs.append(pair)
    }
    if !isSorted { reorder(&pairs, from: regionStart, in: &output) }
  }

  /// Appends a header value: blanks at the ends dropped, every other run of blanks one space.
  package static func appendHeaderValue(_ value: ArraySlice<UInt8>, to output: inout [UInt8]) {
    var index = value.startIndex
    var isFirst = true
    while true {
      while index < value.endIndex, isBlank(value[index]) { index += 1 }
      guard index < value.endIndex else { return }
      let word = index
      while index < value.endIndex, !isBlank(value[index]) { index += 1 }
      if !isFirst { output.append(space) }
      isFirst = false
      output.append(contentsOf: value[word..<index])
    }
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

  private static func reorder(_ pairs: inout [Pair], from start: Int, in output: inout [UInt8]) {
    pairs.sort { Pair.precedes($0, $1, in: output) }
    let region = output[start...]
    var sorted: [UInt8] = []
    sorted.reserveCapacity(region.count)
    for pair in pairs {
      if !sorted.isEmpty { sorted.append(ampersand) }
      sorted.append(contentsOf: output[pair.start..<pair.end])
    }
    output.replaceSubrange(start..., with: sorted)
  }

  /// Appends `text` decoded once and encoded once. Stretches that are canonical already are copied whole.
  private static func appendNormalised(
    _ text: ArraySlice<UInt8>, isPath: Bool, to output: inout [UInt8]
  ) {
    let end = text.endIndex
    var runStart = text.startIndex
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
      output.append(contentsOf: text[runStart..<index])
      appendEncoded(literal, isPath: isPath, to: &output)
      index += length
      runStart = index
    }
    output.append(contentsOf: text[runStart..<end])
  }

  private static func appendEncoded(_ byte: UInt8, isPath: Bool, to output: inout [UInt8]) {
    if isUnreserved(byte) || (isPath && byte == slash) { return output.append(byte) }
    output.append(percent)
    output.append(Hex.upperDigit(byte >> 4))
    output.append(Hex.upperDigit(byte & 15))
  }

  /// `A-Za-z0-9-._~`, as bit sets of the bytes 0...63 and 64...127.
  @inline(__always)
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    let set: UInt64 = byte < 64 ? 0x03FF_6000_0000_0000 : 0x47FF_FFFE_87FF_FFFE
    return byte < 128 && set >> UInt64(byte & 63) & 1 == 1
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
  private static let signatureName = Array("X-Amz-Signature".utf8)
}
