import Primitives

/// The lines after the last chunk: at most the one checksum that was declared, and its signature.
struct TrailerSection {
  /// The checksum, once its line has come.
  private(set) var checksum: (ChecksumAlgorithm, [UInt8])?
  private let declared: ChecksumAlgorithm?
  private let isSigned: Bool
  /// The field as the trailer's signature covers it: `name:value` LF.
  private var block: [UInt8] = []
  private var isVerified = false
  private var hasGap = false

  init(declared: ChecksumAlgorithm?, isSigned: Bool) {
    self.declared = declared
    self.isSigned = isSigned
  }

  /// Takes one line with its LF; true when it was the empty line at the end.
  mutating func take(_ line: [UInt8], _ chain: inout ChunkChain?) throws(BodyError) -> Bool {
    var text = line.dropLast()
    if text.last == UInt8(ascii: "\r") { text.removeLast() }
    guard !text.isEmpty else { return try takeEmptyLine() }
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else {
      throw .malformedTrailer
    }
    let name = text[..<colon]
    let value = text[(colon + 1)...].trimmingBlanks
    if name.matchesIgnoringCase("x-amz-trailer-signature") {
      guard isSigned, !isVerified, !block.isEmpty else { throw .malformedTrailer }
      try chain?.checkTrailer(block, value)
      isVerified = true
    } else {
      try takeField(name, value)
    }
    return false
  }

  private mutating func takeField(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>)
    throws(BodyError)
  {
    guard let declared, checksum == nil, !isVerified, !hasGap else { throw .malformedTrailer }
    let expectedName = "x-amz-checksum-" + declared.headerSuffix
    guard name.matchesIgnoringCase(expectedName) else { throw .malformedTrailer }
    guard let bytes = Base64.decode(value), bytes.count == declared.digestLength else {
      throw .invalidTrailerChecksum(header: expectedName)
    }
    checksum = (declared, bytes)
    block.append(contentsOf: expectedName.utf8)
    block.append(UInt8(ascii: ":"))
    block.append(contentsOf: value)
    block.append(UInt8(ascii: "\n"))
  }

  /// The end, unless it is the gap that one client leaves between the trailer and its signature.
  private mutating func takeEmptyLine() throws(BodyError) -> Bool {
    guard (declared == nil) == (checksum == nil) else { throw .malformedTrailer }
    guard isSigned, !isVerified, checksum != nil else { return true }
    guard !hasGap else { throw .malformedTrailer }
    hasGap = true
    return false
  }
}
