import Primitives
import Testing

@testable import API

/// Every refusal of aws-chunked framing.
@Suite struct AWSChunkedErrorTests {
  /// Decodes what `write` wrote; the refusal.
  private func refusal(
    _ mode: ChunkedWriter.Mode = .unsignedTrailer, length: Int = 20, trailer: ChecksumAlgorithm? = nil,
    _ write: (inout ChunkedWriter) -> Void
  ) -> BodyError? {
    var writer = ChunkedWriter(mode)
    write(&writer)
    do throws(BodyError) {
      _ = try decode(writer.bytes, mode.decoderMode, length: length, trailer: trailer)
      return nil
    } catch {
      return error
    }
  }

  @Test func shortChunkThatIsNotTheLast() {
    let error = refusal(length: 16384 + 20) {
      $0.chunk(pattern(8192))
      $0.chunk(pattern(8191))
      $0.chunk(pattern(21))
    }
    #expect(error == .invalidChunkSize(chunk: 3, badSize: 8191))
    #expect(error?.s3.code.status == 403)
    #expect(error?.s3.extras.map { "\($0.0)=\($0.1)" } == ["Chunk=3", "BadChunkSize=8191"])
    #expect(
      refusal(.signed, length: 2) {
        $0.chunk([1])
        $0.chunk([2])
      } == .invalidChunkSize(chunk: 2, badSize: 1))
  }

  @Test func decodedLength() {
    #expect(
      refusal(length: 21) {
        $0.chunk(pattern(20))
        $0.chunk([])
      } == .incomplete(expected: 21, provided: 20))
    #expect(refusal(length: 19) { $0.chunk(pattern(20)) } == .incomplete(expected: 19, provided: 20))
    #expect(
      refusal(length: 19) { $0.text("ffffffffffffffff\r\n") } == .incomplete(expected: 19, provided: .max))
    #expect(
      refusal(length: 8200) {
        $0.chunk(pattern(8192))
        $0.text("ffffffffffffffff\r\n")
      } == .incomplete(expected: 8200, provided: .max))
    #expect(refusal(length: 1) { $0.chunk([]) } == .incomplete(expected: 1, provided: 0))
  }

  @Test(arguments: [
    "\r\n", "g\r\n", "-1\r\n", "0x14\r\n", " 14\r\n", "14 \r\n", "14\n", "14;x=y\r\n",
    "11111111111111111\r\n",
    "14;chunk-signature=abc\r\n",
  ])
  func chunkHeader(_ line: String) {
    #expect(refusal { $0.text(line) } == .terminatedUnexpectedly(.chunkHeader))
  }

  @Test(arguments: [
    "14\r\n", "14;\r\n", "14;chunk-signature=\r\n", "14;signature=abc\r\n", "14; chunk-signature=a\r\n",
  ])
  func missingSignature(_ line: String) {
    #expect(refusal(.signed) { $0.text(line) } == .terminatedUnexpectedly(.missingSignature))
  }

  @Test func lineLimits() {
    let long = String(repeating: "0", count: AWSChunkedDecoder.lineLimit + 1)
    #expect(refusal { $0.text(long) } == .terminatedUnexpectedly(.chunkHeaderTooLong))
    #expect(
      refusal(length: 0, trailer: .crc32) {
        $0.chunk([])
        $0.text("x-amz-checksum-crc32:" + long)
      } == .malformedTrailer)
  }

  @Test(arguments: ["\n", "\r\r", "xx", "\rx"])
  func chunkEnd(_ end: String) {
    #expect(
      refusal {
        $0.text("14\r\n" + String(repeating: "a", count: 20) + end)
      } == .terminatedUnexpectedly(.chunkEnd))
  }

  @Test func chunkSignature() {
    let wrong = String(repeating: "a", count: 64)
    let error = refusal(.signed) { $0.chunk(pattern(20), signature: wrong) }
    guard case .signatureMismatch(let key, let toSign, wrong)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(key == ChunkedWriter.accessKeyID)
    #expect(toSign.starts(with: "AWS4-HMAC-SHA256-PAYLOAD\n20130524T000000Z\n20130524/us-east-1/s3/".utf8))
    #expect(error?.s3.code == .signatureDoesNotMatch)
    #expect(error?.s3.code.status == 403)
    // The final chunk is signed too.
    let final = refusal(.signed) {
      $0.chunk(pattern(20))
      $0.chunk([], signature: wrong)
    }
    guard case .signatureMismatch? = final else {
      Issue.record("\(String(describing: final))")
      return
    }
  }

  /// A chunk left out, doubled or moved breaks the chain even if each was signed.
  @Test func chunksCannotBeRearranged() throws {
    let (first, second) = (pattern(8192), [UInt8](repeating: 7, count: 8192))
    var writer = ChunkedWriter(.signed)
    writer.chunk(first)
    let split = writer.bytes.count
    writer.chunk(second)
    let end = writer.bytes.count
    writer.chunk([])
    writer.text("\r\n")
    let bytes = writer.bytes
    let moved = Array(bytes[split..<end] + bytes[..<split] + bytes[end...])
    let doubled = Array(bytes[..<split] + bytes[..<split] + bytes[end...])
    for body in [moved, doubled] {
      #expect(throws: BodyError.self) {
        try decode(body, .signed(ChunkedWriter.seed), length: 16384, trailer: nil)
      }
    }
  }

  @Test func trailers() {
    let good = ChunkedWriter.checksum([])
    func with(_ trailer: ChecksumAlgorithm?, _ lines: String) -> BodyError? {
      refusal(length: 0, trailer: trailer) {
        $0.chunk([])
        $0.text(lines)
      }
    }
    #expect(with(.crc32, "x-amz-checksum-crc32:\(good)\r\n\r\n") == nil)
    // Declared and not sent; sent and not declared; another name; no colon; no name.
    #expect(with(.crc32, "\r\n") == .malformedTrailer)
    #expect(with(nil, "x-amz-checksum-crc32:\(good)\r\n\r\n") == .malformedTrailer)
    #expect(with(.crc32, "x-amz-checksum-crc32c:\(good)\r\n\r\n") == .malformedTrailer)
    #expect(with(.crc32, "x-amz-meta-a:\(good)\r\n\r\n") == .malformedTrailer)
    #expect(with(.crc32, "x-amz-checksum-crc32\r\n\r\n") == .malformedTrailer)
    #expect(with(.crc32, ":\(good)\r\n\r\n") == .malformedTrailer)
    #expect(
      with(.crc32, "x-amz-checksum-crc32:\(good)\r\nx-amz-checksum-crc32:\(good)\r\n\r\n")
        == .malformedTrailer)
    // A signature where none belongs.
    #expect(
      with(.crc32, "x-amz-checksum-crc32:\(good)\r\nx-amz-trailer-signature:a\r\n\r\n") == .malformedTrailer)
    // A value that does not decode.
    for value in ["", "AAAA", "AAAAAAA=", "=====", "not base64!"] {
      #expect(
        with(.crc32, "x-amz-checksum-crc32:\(value)\r\n\r\n")
          == .invalidTrailerChecksum(header: "x-amz-checksum-crc32"), "\(value)")
    }
    #expect(
      BodyError.invalidTrailerChecksum(header: "x-amz-checksum-sha1").s3.message
        == "Value for x-amz-checksum-sha1 trailing header is invalid.")
  }

  @Test func trailerSignature() {
    let good = ChunkedWriter.checksum([])
    func with(_ write: (inout ChunkedWriter) -> Void) -> BodyError? {
      refusal(.signedTrailer, length: 0, trailer: .crc32) {
        $0.chunk([])
        write(&$0)
      }
    }
    let missing = with {
      $0.trailer("x-amz-checksum-crc32", good)
      $0.text("\r\n\r\n")
    }
    #expect(missing == .malformedTrailer)
    let wrong = with {
      $0.trailer("x-amz-checksum-crc32", good)
      $0.trailerSignature("x-amz-checksum-crc32", good, signature: String(repeating: "b", count: 64))
    }
    guard case .signatureMismatch(_, let toSign, _)? = wrong else {
      Issue.record("\(String(describing: wrong))")
      return
    }
    #expect(toSign.starts(with: "AWS4-HMAC-SHA256-TRAILER\n".utf8))
    let changed = with {
      $0.trailer("x-amz-checksum-crc32", ChunkedWriter.checksum([1]))
      $0.trailerSignature("x-amz-checksum-crc32", good)
    }
    guard case .signatureMismatch? = changed else {
      Issue.record("\(String(describing: changed))")
      return
    }
    let early = with { $0.trailerSignature("x-amz-checksum-crc32", good) }
    #expect(early == .malformedTrailer)
    let twice = with {
      $0.trailer("x-amz-checksum-crc32", good)
      $0.trailerSignature("x-amz-checksum-crc32", good)
      $0.trailerSignature("x-amz-checksum-crc32", good)
    }
    #expect(twice == .malformedTrailer)
  }
}
