package import Primitives

/// Takes the aws-chunked framing off a body, piece by piece: pure, bytes in, bytes out.
///
///     signed            hex-size;chunk-signature=64hex CRLF data CRLF … 0;chunk-signature=64hex CRLF CRLF
///     signed trailer    … 0;chunk-signature=64hex CRLF name:value CRLF x-amz-trailer-signature:64hex CRLF CRLF
///     unsigned trailer  hex-size CRLF data CRLF … 0 CRLF [name:value CRLF] CRLF
///
/// A chunk's data is handed out before its signature is known; the chain is checked at each chunk's end, and
/// `isComplete` only becomes true after the last signature. So whoever commits nothing before the end commits
/// nothing unverified. After an error the decoder is not to be used again.
///
/// Tolerance that real clients need: trailer lines may end in a bare LF, an empty line may stand between the
/// trailer and its signature, and one more CRLF may follow the end.
package final class AWSChunkedDecoder {
  /// What is signed, and what may follow the data.
  package enum Mode {
    case signed(ChunkSeed)
    case signedTrailer(ChunkSeed)
    case unsignedTrailer
  }

  /// What one call of `decode` did.
  package struct Progress: Equatable {
    package var consumed: Int
    package var produced: Int
  }

  /// Chunks below this size may only be the last (S3 user guide, chunked uploads), in bytes.
  package static let minimumChunkSize: UInt64 = 8192
  /// The longest line of framing that any mode can produce has 97 bytes.
  package static let lineLimit = 256

  enum State: Equatable {
    case header
    /// Data bytes of the current chunk still to come.
    case data(UInt64)
    case dataCR
    case dataLF
    case trailer
    case ended
  }

  private let decodedLength: UInt64
  private var state = State.header
  private var line: [UInt8] = []
  private var decoded: UInt64 = 0
  private var chunkSize: UInt64 = 0
  private var chunkCount: UInt64 = 0
  private var chain: ChunkChain?
  private var trailer: TrailerSection
  private var afterEnd = 0

  /// `decodedLength` is `x-amz-decoded-content-length`, in bytes; `trailer` the checksum that `x-amz-trailer`
  /// declared.
  package init(_ mode: Mode, decodedLength: UInt64, trailer: ChecksumAlgorithm?) {
    self.decodedLength = decodedLength
    switch mode {
    case .signed(let seed):
      chain = ChunkChain(seed)
      self.trailer = TrailerSection(declared: trailer, isSigned: false)
    case .signedTrailer(let seed):
      chain = ChunkChain(seed)
      self.trailer = TrailerSection(declared: trailer, isSigned: true)
    case .unsignedTrailer:
      self.trailer = TrailerSection(declared: trailer, isSigned: false)
    }
  }

  /// Everything has arrived and every signature was right. More input is an error but for one CRLF.
  package var isComplete: Bool { state == .ended }

  /// The trailing checksum, raw bytes, once the end has come.
  package var trailingChecksum: (ChecksumAlgorithm, [UInt8])? { isComplete ? trailer.checksum : nil }

  /// Data bytes that come next without framing in between: so many may be received straight into their
  /// target and reported by `acceptDirect`.
  package var directCapacity: UInt64 {
    if case .data(let remaining) = state { remaining } else { 0 }
  }

  /// Decodes `input` into `output` until one of them is used up.
  package func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer)
    throws(BodyError) -> Progress
  {
    var progress = Progress(consumed: 0, produced: 0)
    while progress.consumed < input.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: input[progress.consumed...])
      switch state {
      case .data(let remaining):
        let space = output.count - progress.produced
        let count = Int(min(remaining, UInt64(min(rest.count, space))))
        guard count > 0 else { return progress }
        // SAFETY: `count` is within both buffers, which do not overlap.
        let source = unsafe UnsafeRawBufferPointer(rebasing: rest[..<count])
        unsafe output[progress.produced..<(progress.produced + count)].copyBytes(from: source)
        try unsafe acceptDirect(source)
        progress.produced += count
        progress.consumed += count
      case .header, .trailer:
        progress.consumed += try unsafe takeLine(rest)
      case .dataCR, .dataLF:
        try unsafe takeDataEnd(rest[0])
        progress.consumed += 1
      case .ended:
        try unsafe takeAfterEnd(rest[0])
        progress.consumed += 1
      }
    }
    return progress
  }

  /// Takes data bytes of the current chunk that already lie where they belong; at most `directCapacity`.
  package func acceptDirect(_ bytes: UnsafeRawBufferPointer) throws(BodyError) {
    guard case .data(let remaining) = state, UInt64(bytes.count) <= remaining else {
      preconditionFailure("more bytes than the chunk has")
    }
    unsafe chain?.update(bytes)
    decoded += UInt64(bytes.count)
    guard UInt64(bytes.count) == remaining else {
      state = .data(remaining - UInt64(bytes.count))
      return
    }
    try chain?.closeChunk()
    state = .dataCR
  }

  /// Judges the end of the input.
  package func finish() throws(BodyError) {
    switch state {
    case .ended: return
    case .header, .data, .dataCR, .dataLF, .trailer: throw .terminatedUnexpectedly(.missingEnd)
    }
  }

  /// Adds input to the current line; returns the bytes used. A whole line is judged.
  private func takeLine(_ input: UnsafeRawBufferPointer) throws(BodyError) -> Int {
    let newline = unsafe input.firstIndex(of: UInt8(ascii: "\n"))
    let count = newline.map { $0 + 1 } ?? input.count
    guard line.count + count <= Self.lineLimit else {
      throw state == .trailer ? .malformedTrailer : .terminatedUnexpectedly(.chunkHeaderTooLong)
    }
    // SAFETY: `count` is at most the input's length.
    unsafe line.append(contentsOf: input[..<count])
    guard newline != nil else { return count }
    if state == .trailer {
      if try trailer.take(line, &chain) { state = .ended }
    } else {
      try takeHeader()
    }
    line.removeAll(keepingCapacity: true)
    return count
  }

  private func takeHeader() throws(BodyError) {
    let header = try ChunkHeader(line, isSigned: chain != nil)
    chunkCount += 1
    if chunkCount > 1 && header.size > 0 && chunkSize < Self.minimumChunkSize {
      throw .invalidChunkSize(chunk: chunkCount, badSize: chunkSize)
    }
    let (total, overflow) = decoded.addingReportingOverflow(header.size)
    guard !overflow && total <= decodedLength else {
      throw .incomplete(expected: decodedLength, provided: overflow ? .max : total)
    }
    chunkSize = header.size
    chain?.openChunk(header.signature)
    guard header.size == 0 else {
      state = .data(header.size)
      return
    }
    try chain?.closeChunk()
    guard decoded == decodedLength else {
      throw .incomplete(expected: decodedLength, provided: decoded)
    }
    state = .trailer
  }

  private func takeDataEnd(_ byte: UInt8) throws(BodyError) {
    switch (state, byte) {
    case (.dataCR, UInt8(ascii: "\r")): state = .dataLF
    case (.dataLF, UInt8(ascii: "\n")): state = .header
    default: throw .terminatedUnexpectedly(.chunkEnd)
    }
  }

  /// One client library sends one empty line too many.
  private func takeAfterEnd(_ byte: UInt8) throws(BodyError) {
    let expected = afterEnd == 0 ? UInt8(ascii: "\r") : UInt8(ascii: "\n")
    guard afterEnd < 2, byte == expected else { throw .terminatedUnexpectedly(.dataAfterEnd) }
    afterEnd += 1
  }
}
