import Primitives
import Testing

@testable import API

@Suite struct AWSChunkedDecoderTests {
  /// The example of "Transferring payload in multiple chunks": 66560 bytes of `a` in 66824 bytes.
  @Test func publishedExample() throws {
    let signer = SigV4Signer(
      accessKeyID: Example.accessKeyID, secretKey: Example.secretKey, region: "us-east-1")
    let seed = ChunkSeed(
      signer: SigV4ChunkSigner(
        seed: Array("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9".utf8),
        key: signer.signingKey(at: Example.now), date: "20130524T000000Z".utf8.span,
        scope: "20130524/us-east-1/s3/aws4_request".utf8.span), accessKeyID: Example.accessKeyID)
    let data = [UInt8](repeating: UInt8(ascii: "a"), count: 66560)
    var body = Array(
      "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n".utf8)
    body += data[..<65536]
    body += Array(
      "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n".utf8)
    body += data[65536...]
    body += Array(
      "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n".utf8)
    #expect(body.count == 66824)
    #expect(try decode(body, .signed(seed), length: 66560, trailer: nil).data == data)
    body[100] ^= 1
    #expect(throws: BodyError.self) { try decode(body, .signed(seed), length: 66560, trailer: nil) }
  }

  @Test(arguments: ChunkedWriter.Mode.allCases)
  func anySplitGivesTheSame(_ mode: ChunkedWriter.Mode) throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<60 {
      let sizes = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        Int.random(in: 8192...20000, using: &random)
      }
      let last = Bool.random(using: &random) ? [Int.random(in: 1..<8192, using: &random)] : []
      let data = pattern((sizes + last).reduce(0, +))
      let body = ChunkedWriter.body(mode, data, chunks: sizes + last)
      let pieces = (0..<7).map { _ in Int.random(in: 1...9000, using: &random) }
      let rooms = (0..<5).map { _ in Int.random(in: 1...9000, using: &random) }
      let result = try decode(
        body, mode.decoderMode, length: data.count, trailer: mode.trailer, inputSizes: pieces,
        outputSizes: rooms)
      #expect(result.data == data)
      #expect(
        result.checksum.map { Base64.encode($0.1) } == (mode == .signed ? nil : ChunkedWriter.checksum(data)))
    }
  }

  @Test(arguments: ChunkedWriter.Mode.allCases)
  func byteByByte(_ mode: ChunkedWriter.Mode) throws {
    let data = pattern(8192 + 100)
    let body = ChunkedWriter.body(mode, data, chunks: [8192, 100])
    let result = try decode(
      body, mode.decoderMode, length: data.count, trailer: mode.trailer, inputSizes: [1], outputSizes: [1])
    #expect(result.data == data)
  }

  /// Cut anywhere, the body is refused.
  @Test(arguments: ChunkedWriter.Mode.allCases)
  func everyTruncationIsRefused(_ mode: ChunkedWriter.Mode) throws {
    let data = pattern(50)
    let body = ChunkedWriter.body(mode, data, chunks: [50])
    for end in 0..<body.count {
      #expect(throws: BodyError.terminatedUnexpectedly(.missingEnd)) {
        try decode(Array(body[..<end]), mode.decoderMode, length: 50, trailer: mode.trailer)
      }
    }
  }

  /// Every bit matters in signed framing: no changed byte is accepted, none traps.
  @Test(arguments: [ChunkedWriter.Mode.signed, .signedTrailer])
  func everyChangedByteIsRefused(_ mode: ChunkedWriter.Mode) throws {
    let data = pattern(50)
    let body = ChunkedWriter.body(mode, data, chunks: [50])
    for index in body.indices {
      for flip in [UInt8(1), 0x20, 0x80] {
        var spoilt = body
        spoilt[index] ^= flip
        // The case of hexadecimal sizes and of trailer names carries no meaning.
        let isCaseOnly = flip == 0x20 && body[index] | 0x20 >= 0x61 && body[index] | 0x20 <= 0x7A
        do throws(BodyError) {
          let result = try decode(spoilt, mode.decoderMode, length: 50, trailer: mode.trailer)
          #expect(isCaseOnly && result.data == data, "byte \(index) as \(spoilt[index])")
        } catch {
          continue
        }
      }
    }
  }

  @Test func randomBytesNeverTrap() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("0123456789abcdefF;:\r\n\r\nchunk-signature=x-amz-checksum-crc32:".utf8)
    for round in 0..<6000 {
      let mode = ChunkedWriter.Mode.allCases[round % 3]
      var body = ChunkedWriter.body(mode, pattern(30), chunks: [30])
      switch round % 4 {
      case 0: body = (0..<Int.random(in: 0..<200)).compactMap { _ in alphabet.randomElement(using: &random) }
      case 1: body.insert(alphabet.randomElement(using: &random) ?? 0, at: Int.random(in: 0...body.count))
      case 2: body.remove(at: Int.random(in: 0..<body.count))
      default:
        body.removeSubrange(Int.random(in: 0..<body.count / 2)..<Int.random(in: body.count / 2..<body.count))
      }
      do throws(BodyError) {
        let result = try decode(
          body, mode.decoderMode, length: 30, trailer: mode.trailer,
          inputSizes: [Int.random(in: 1...20, using: &random)], outputSizes: [7, 1, 30])
        #expect(result.data.count == 30)
      } catch {
        continue
      }
    }
  }

  // MARK: What real clients do

  /// minio-go: a bare LF after the trailer, an empty line before its signature.
  @Test func signedTrailerWithGap() throws {
    let data = pattern(20)
    var writer = ChunkedWriter(.signedTrailer)
    writer.chunk(data)
    writer.chunk([])
    writer.trailer("x-amz-checksum-crc32", ChunkedWriter.checksum(data), newline: "\n")
    writer.text("\r\n")
    writer.trailerSignature("x-amz-checksum-crc32", ChunkedWriter.checksum(data))
    writer.text("\r\n")
    let mode = ChunkedWriter.Mode.signedTrailer.decoderMode
    #expect(try decode(writer.bytes, mode, length: 20, trailer: .crc32).checksum?.0 == .crc32)
    // The gap does not make the signature optional.
    let unsigned = Array(writer.bytes.dropLast(24 + 64 + 4)) + Array("\r\n".utf8)
    #expect(throws: BodyError.malformedTrailer) { try decode(unsigned, mode, length: 20, trailer: .crc32) }
  }

  /// minio-go: one empty line too many at the end. Nothing else may follow.
  @Test func emptyLineAfterTheEnd() throws {
    let data = pattern(20)
    let body = ChunkedWriter.body(.unsignedTrailer, data, chunks: [20])
    #expect(try decode(body + Array("\r\n".utf8), .unsignedTrailer, length: 20, trailer: .crc32).data == data)
    for extra in ["\n", "\r\r", "x", "\r\n\r\n", "\r\nx"] {
      #expect(throws: BodyError.terminatedUnexpectedly(.dataAfterEnd), "\(extra.debugDescription)") {
        try decode(body + Array(extra.utf8), .unsignedTrailer, length: 20, trailer: .crc32)
      }
    }
  }

  @Test func trailerWithBlanksAndUpperCase() throws {
    let data = pattern(20)
    var writer = ChunkedWriter(.unsignedTrailer)
    writer.chunk(data, size: "0014")
    writer.chunk([], size: "000")
    writer.trailer("X-Amz-Checksum-Crc32", " \(ChunkedWriter.checksum(data)) ")
    writer.text("\r\n")
    #expect(try decode(writer.bytes, .unsignedTrailer, length: 20, trailer: .crc32).checksum?.0 == .crc32)
  }

  @Test func noTrailerWhereNoneIsDeclared() throws {
    for mode in ChunkedWriter.Mode.allCases {
      var writer = ChunkedWriter(mode)
      writer.chunk(pattern(20))
      writer.chunk([])
      writer.text("\r\n")
      let result = try decode(writer.bytes, mode.decoderMode, length: 20, trailer: nil)
      #expect(result.checksum == nil)
    }
  }

  @Test func emptyBody() throws {
    for mode in ChunkedWriter.Mode.allCases {
      let body = ChunkedWriter.body(mode, [], chunks: [])
      #expect(try decode(body, mode.decoderMode, length: 0, trailer: mode.trailer).data == [])
    }
  }
}
