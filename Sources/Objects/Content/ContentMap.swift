import Primitives

/// Finds the bytes and the parts of one version of an object. Pure.
struct ContentMap: Sendable {
  let info: ObjectInfo
  let content: Content
  /// The values of the rows of a manifest, in order.
  let manifestRows: [[UInt8]]
  /// How often the content had been moved when it was read.
  var moves: UInt64 = 0

  /// All of an inline object's bytes in `range`; nil when the object is not inline.
  func inlineBytes(_ range: Range<UInt64>) -> ArraySlice<UInt8>? {
    guard case .inline(let bytes) = content else { return nil }
    precondition(range.upperBound <= info.size, "a range beyond the object")
    let start = bytes.startIndex
    return bytes[(start + Int(range.lowerBound))..<(start + Int(range.upperBound))]
  }

  /// The uncut pieces that hold bytes `range`, and perhaps others.
  func allPieces(_ range: Range<UInt64>) throws(ObjectError) -> [Piece] {
    switch content {
    case .inline: return []
    case .pieces(let pieces): return pieces
    case .parts(let parts): return parts.flatMap(\.pieces)
    case .manifest(let manifest):
      var pieces: [Piece] = []
      var start: UInt64 = 0
      for (index, row) in manifest.rows.enumerated() {
        if start < range.upperBound && start + row.bytes > range.lowerBound {
          pieces.append(contentsOf: try manifestRow(index, row).flatMap(\.pieces))
        }
        start += row.bytes
      }
      return pieces
    }
  }

  /// The pieces of bytes `range`; decodes only the manifest rows that they are in.
  func pieces(_ range: Range<UInt64>) throws(ObjectError) -> [Piece] {
    switch content {
    case .inline: return inlineBytes(range).map { [.bytes(Array($0))] } ?? []
    case .pieces(let pieces): return Pieces.slice(pieces, range)
    case .parts(let parts): return Pieces.slice(parts.lazy.flatMap(\.pieces), range)
    case .manifest(let manifest): return try manifestPieces(manifest, range)
    }
  }

  private func manifestPieces(
    _ manifest: ManifestReference, _ range: Range<UInt64>
  ) throws(ObjectError) -> [Piece] {
    var result: [Piece] = []
    var start: UInt64 = 0
    for (index, row) in manifest.rows.enumerated() {
      let end = start + row.bytes
      defer { start = end }
      guard end > range.lowerBound else { continue }
      guard start < range.upperBound else { break }
      let parts = try manifestRow(index, row)
      let wanted = (max(start, range.lowerBound) - start)..<(min(end, range.upperBound) - start)
      result.append(contentsOf: Pieces.slice(parts.lazy.flatMap(\.pieces), wanted))
    }
    return result
  }

  private func manifestRow(
    _ index: Int, _ expected: ManifestReference.Row
  ) throws(ObjectError) -> [PartEntry] {
    let parts = try decoding { () throws(RecordError) in try ManifestRow.decode(manifestRows[index]) }
    var bytes: UInt64 = 0
    for part in parts { bytes &+= part.size }
    guard parts.count == expected.parts, bytes == expected.bytes else {
      throw .damaged("a manifest row does not hold what its object says")
    }
    return parts
  }
}

extension ContentMap {
  /// Where part `number` (1 ... N) lies; of an object written at once part 1 is all of it.
  /// Throws `.invalidPartNumber`.
  func part(_ number: Int) throws(ObjectError) -> ObjectPart {
    let total = info.partCount ?? 1
    guard (1...total).contains(number) else { throw .invalidPartNumber(requested: number, actual: total) }
    if info.partCount == nil { return ObjectPart(number: 1, range: 0..<info.size, checksum: nil) }
    guard let part = try parts(after: number - 1, limit: 1).first else {
      throw .damaged("an object has fewer parts than its record says")
    }
    return part
  }

  /// Up to `limit` parts after position `after`; none of an object that was written at once.
  func parts(after: Int, limit: Int) throws(ObjectError) -> [ObjectPart] {
    guard info.partCount != nil, limit > 0 else { return [] }
    switch content {
    case .inline, .pieces: return []
    case .parts(let parts):
      var page = PartPage(after: after, limit: limit, info: info)
      page.take(parts)
      return page.parts
    case .manifest(let manifest):
      var page = PartPage(after: after, limit: limit, info: info)
      for (index, row) in manifest.rows.enumerated() {
        if page.parts.count == limit { break }
        if page.skip(row) { continue }
        page.take(try manifestRow(index, row))
      }
      return page.parts
    }
  }
}

/// Walks part entries by position.
private struct PartPage {
  let after: Int
  let limit: Int
  let info: ObjectInfo
  private(set) var parts: [ObjectPart] = []
  private var position = 0
  private var offset: UInt64 = 0

  init(after: Int, limit: Int, info: ObjectInfo) {
    self.after = after
    self.limit = limit
    self.info = info
  }

  /// Steps over a manifest row that holds nothing of the page.
  mutating func skip(_ row: ManifestReference.Row) -> Bool {
    guard position + row.parts <= after else { return false }
    position += row.parts
    offset += row.bytes
    return true
  }

  mutating func take(_ entries: [PartEntry]) {
    for entry in entries {
      if parts.count == limit { return }
      position += 1
      let range = offset..<(offset + entry.size)
      offset = range.upperBound
      guard position > after else { continue }
      parts.append(ObjectPart(number: position, range: range, checksum: checksum(entry)))
    }
  }

  private func checksum(_ entry: PartEntry) -> ObjectChecksum? {
    guard let whole = info.checksum, whole.type == .composite, let value = entry.checksum else { return nil }
    return ObjectChecksum(algorithm: whole.algorithm, type: .fullObject, value: value)
  }
}
