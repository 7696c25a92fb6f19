import HTTP
import Primitives

@testable import API

/// Writes aws-chunked framing the way clients do, with knobs to write it wrong.
struct ChunkedWriter {
  enum Mode: CaseIterable {
    case signed
    case signedTrailer
    case unsignedTrailer
  }

  static let accessKeyID = "AKIAIOSFODNN7EXAMPLE"
  static let seed = ChunkSeed(
    signer: SigV4ChunkSigner(
      seed: Array(String(repeating: "0", count: 64).utf8), key: HMACSHA256Key([1, 2, 3]),
      date: "20130524T000000Z".utf8.span, scope: "20130524/us-east-1/s3/aws4_request".utf8.span),
    accessKeyID: accessKeyID)

  let mode: Mode
  private var signer = Self.seed.signer
  private(set) var bytes: [UInt8] = []

  init(_ mode: Mode) {
    self.mode = mode
  }

  mutating func chunk(_ data: [UInt8], size: String? = nil, signature: String? = nil) {
    text(size ?? String(data.count, radix: 16))
    if mode != .unsignedTrailer {
      let own = signer.sign(signer.stringToSign(chunkHash: SHA256.hash(data)))
      text(";chunk-signature=" + (signature ?? String(decoding: own, as: Unicode.UTF8.self)))
    }
    text("\r\n")
    bytes += data
    if !data.isEmpty { text("\r\n") }
  }

  mutating func trailer(_ name: String, _ value: String, newline: String = "\r\n") {
    text("\(name):\(value)\(newline)")
  }

  mutating func trailerSignature(_ name: String, _ value: String, signature: String? = nil) {
    let block = Array("\(name):\(value)\n".utf8)
    let own = signer.sign(signer.stringToSign(trailerHash: SHA256.hash(block)))
    text("x-amz-trailer-signature:" + (signature ?? String(decoding: own, as: Unicode.UTF8.self)) + "\r\n")
  }

  mutating func text(_ text: String) { bytes += Array(text.utf8) }

  /// A whole body: `sizes` of the chunks, the end, the CRC32 trailer where the mode has one.
  static func body(_ mode: Mode, _ data: [UInt8], chunks sizes: [Int]) -> [UInt8] {
    var writer = ChunkedWriter(mode)
    var start = 0
    for size in sizes {
      writer.chunk(Array(data[start..<(start + size)]))
      start += size
    }
    writer.chunk([])
    if mode != .signed {
      writer.trailer("x-amz-checksum-crc32", checksum(data))
      if mode == .signedTrailer { writer.trailerSignature("x-amz-checksum-crc32", checksum(data)) }
    }
    writer.text("\r\n")
    return writer.bytes
  }

  static func checksum(_ data: [UInt8]) -> String {
    let digest = Digest(.crc32)
    digest.update(data)
    return Base64.encode(digest.finish())
  }
}

extension ChunkedWriter.Mode {
  var decoderMode: AWSChunkedDecoder.Mode {
    switch self {
    case .signed: .signed(ChunkedWriter.seed)
    case .signedTrailer: .signedTrailer(ChunkedWriter.seed)
    case .unsignedTrailer: .unsignedTrailer
    }
  }

  var payload: PayloadMode {
    switch self {
    case .signed: .streamingSigned(ChunkedWriter.seed)
    case .signedTrailer: .streamingSignedTrailer(ChunkedWriter.seed)
    case .unsignedTrailer: .streamingUnsignedTrailer
    }
  }

  var trailer: ChecksumAlgorithm? { self == .signed ? nil : .crc32 }
}

/// Feeds `input` in pieces of `inputSizes` and takes output in pieces of `outputSizes`, both round robin.
func decode(
  _ input: [UInt8], _ mode: AWSChunkedDecoder.Mode, length: Int, trailer: ChecksumAlgorithm?,
  inputSizes: [Int] = [.max], outputSizes: [Int] = [65536]
) throws(BodyError) -> (data: [UInt8], checksum: (ChecksumAlgorithm, [UInt8])?) {
  let decoder = AWSChunkedDecoder(mode, decodedLength: UInt64(length), trailer: trailer)
  var data: [UInt8] = []
  var position = 0
  var step = 0
  while position < input.count {
    let piece = Array(
      input[position..<min(input.count, position + min(inputSizes[step % inputSizes.count], input.count))])
    var room = [UInt8](repeating: 0, count: outputSizes[step % outputSizes.count])
    step += 1
    // SAFETY: both arrays live through the call and do not overlap.
    let progress = try unsafe piece.withUnsafeBufferPointer { (source) throws(BodyError) in
      try unsafe room.withUnsafeMutableBufferPointer { (target) throws(BodyError) in
        try unsafe decoder.decode(UnsafeRawBufferPointer(source), into: UnsafeMutableRawBufferPointer(target))
      }
    }
    position += progress.consumed
    data += room[..<progress.produced]
  }
  try decoder.finish()
  return (data, decoder.trailingChecksum)
}

/// A body that arrives in pieces of given sizes, then ends or fails.
final class PiecesSource: BodySource {
  let contentLength: UInt64?
  private var rest: ArraySlice<UInt8>
  private let sizes: [Int]
  private var step = 0
  private let failure: BodyReadError?
  /// The room that each read offered.
  private(set) var rooms: [Int] = []

  init(_ bytes: [UInt8], sizes: [Int] = [.max], contentLength: UInt64? = nil, failure: BodyReadError? = nil) {
    rest = bytes[...]
    self.sizes = sizes
    self.contentLength = contentLength
    self.failure = failure
  }

  func read(into target: UnsafeMutableRawBufferPointer) async throws(BodyReadError) -> Int {
    rooms.append(target.count)
    if rest.isEmpty, let failure { throw failure }
    let count = min(rest.count, target.count, sizes[step % sizes.count])
    step += 1
    // SAFETY: `count` is at most the target's count.
    unsafe target.copyBytes(from: rest.prefix(count))
    rest = rest.dropFirst(count)
    return count
  }
}

/// Reads a body to its end with room for `room` bytes at a time.
func readAll(_ body: S3ObjectBody, room: Int = 65536) async throws(BodyError) -> [UInt8] {
  var bytes: [UInt8] = []
  // SAFETY: freed below, and no pointer into it is kept.
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
  defer { unsafe memory.deallocate() }
  while true {
    let count = try unsafe await body.readBytes(into: memory)
    if count == 0 { return bytes }
    unsafe bytes.append(contentsOf: memory[..<count])
  }
}

/// Bytes that do not repeat with any chunk size.
func pattern(_ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
}
