import Primitives
import Ring

@testable import API

/// aws-chunked framing in its three modes. An input is a mode, the declared length and the framing: see `Header`.
/// Pieces change nothing, and data framed as clients do comes back; of a signed body nothing else can come.
enum AWSChunkedTarget {
  static func run(_ input: [UInt8]) throws(BrokenProperty) {
    guard input.count >= Header.length else { return }
    let header = Header(input)
    let framing = Array(input[Header.length...])
    let whole = decode(framing, header, .whole)
    let pieces = decode(framing, header, .random)
    try requireEqual(pieces.failure, whole.failure, "the refusal of a body in pieces")
    if whole.failure == nil {
      try requireEqual(pieces.data, whole.data, "the data in pieces")
      try require(whole.data.count == Int(header.decodedLength), "a complete body has its declared length")
      try require(whole.hasChecksum == (header.trailer != nil), "a trailer is there when declared")
    }
    try roundTrip(framing, header)
  }

  /// The first three bytes of an input: the mode and whether a trailer is declared, and the decoded length.
  struct Header {
    static let length = 3
    enum Mode: UInt8 { case signed, signedTrailer, unsignedTrailer }

    var mode: Mode
    var trailer: ChecksumAlgorithm?
    var decodedLength: UInt64

    init(_ input: [UInt8]) {
      mode = Mode(rawValue: input[0] % 3) ?? .signed
      trailer = mode != .signed && input[0] & 0x80 == 0 ? .crc32 : nil
      decodedLength = UInt64(input[1]) << 8 | UInt64(input[2])
    }
  }

  static let seed = ChunkSeed(
    signer: SigV4ChunkSigner(
      seed: Array(repeating: UInt8(ascii: "0"), count: 64), key: HMACSHA256Key([1, 2, 3]),
      date: "20130524T000000Z".utf8.span, scope: "20130524/us-east-1/s3/aws4_request".utf8.span),
    accessKeyID: "AKIAIOSFODNN7EXAMPLE")

  struct Decoded {
    var data: [UInt8] = []
    var hasChecksum = false
    /// Nil when all has arrived and was right.
    var failure: String?
  }

  static func decode(_ framing: [UInt8], _ header: Header, _ cutting: Cutting) -> Decoded {
    let mode: AWSChunkedDecoder.Mode =
      switch header.mode {
      case .signed: .signed(seed)
      case .signedTrailer: .signedTrailer(seed)
      case .unsignedTrailer: .unsignedTrailer
      }
    let decoder = AWSChunkedDecoder(mode, decodedLength: header.decodedLength, trailer: header.trailer)
    var random = choices(for: framing)
    var result = Decoded()
    var start = 0
    do throws(BodyError) {
      while start < framing.count {
        let piece = cutting.next(framing.count - start, &random)
        let direct = min(piece, Int(clamping: decoder.directCapacity))
        if case .random = cutting, direct > 0, Bool.random(using: &random) {
          try framing.withPart(start..<start + direct) { (bytes) throws(BodyError) in
            try unsafe decoder.acceptDirect(bytes)
          }
          result.data += framing[start..<start + direct]
          start += direct
          continue
        }
        var room = [UInt8](repeating: 0, count: cutting.next(max(1, framing.count), &random))
        let progress = try framing.withPart(start..<start + piece) { (bytes) throws(BodyError) in
          try room.withRoom { (target) throws(BodyError) in try unsafe decoder.decode(bytes, into: target) }
        }
        start += progress.consumed
        result.data += room[..<progress.produced]
      }
      try decoder.finish()
      result.hasChecksum = decoder.trailingChecksum != nil
    } catch {
      result.failure = "\(error)"
    }
    return result
  }

  /// Frames the input as data, and then spoils one bit.
  private static func roundTrip(_ data: [UInt8], _ header: Header) throws(BrokenProperty) {
    guard data.count <= Int(UInt16.max) else { return }
    var header = header
    header.decodedLength = UInt64(data.count)
    var framed = encode(data, header)
    let back = decode(framed, header, .random)
    try require(back.failure == nil, "an encoded body is refused: \(back.failure ?? "")")
    try requireEqual(back.data, data, "the data of an encoded body")
    guard header.mode != .unsignedTrailer else { return }
    var random = choices(for: data)
    let place = Int.random(in: 0..<framed.count, using: &random)
    framed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    let spoilt = decode(framed, header, .random)
    try require(spoilt.failure != nil || spoilt.data == data, "a signed body with a wrong bit is taken")
  }

  /// One or two chunks, since only the last may be small, as the mode wants them.
  private static func encode(_ data: [UInt8], _ header: Header) -> [UInt8] {
    var signer = seed.signer
    var framed: [UInt8] = []
    let first = data.count > 8192 ? 8192 : data.count
    for chunk in [data[..<first], data[first...]].filter({ !$0.isEmpty }) + [[]] {
      framed += bytes(String(chunk.count, radix: 16))
      if header.mode != .unsignedTrailer {
        let toSign = signer.stringToSign(chunkHash: SHA256.hash(Array(chunk)))
        framed += bytes(";chunk-signature=") + signer.sign(toSign)
      }
      framed += bytes("\r\n") + chunk
      if !chunk.isEmpty { framed += bytes("\r\n") }
    }
    if header.trailer != nil {
      let digest = Digest(.crc32)
      digest.update(data)
      let field = "x-amz-checksum-crc32:" + Base64.encode(digest.finish())
      framed += bytes(field + "\r\n")
      if header.mode == .signedTrailer {
        let toSign = signer.stringToSign(trailerHash: SHA256.hash(bytes(field + "\n")))
        framed += bytes("x-amz-trailer-signature:") + signer.sign(toSign) + bytes("\r\n")
      }
    }
    return framed + bytes("\r\n")
  }
}
