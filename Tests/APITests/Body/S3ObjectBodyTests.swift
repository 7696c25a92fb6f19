import HTTP
import Objects
import Primitives
import Testing

@testable import API

@Suite struct S3ObjectBodyTests {
  private func head(_ headers: String) throws -> RequestHead {
    try Example.head("PUT /b/k HTTP/1.1\r\nHost: h\r\n\(headers)\r\n")
  }

  private func plain(
    _ bytes: [UInt8], declared: Int? = nil, payload: PayloadMode = .unsigned, failure: BodyReadError? = nil
  ) throws -> (S3ObjectBody, PiecesSource) {
    let length = declared ?? bytes.count
    let source = PiecesSource(
      bytes, sizes: [1000, 1, 70000], contentLength: UInt64(length), failure: failure)
    let body = try S3ObjectBody(
      source, head: head("Content-Length: \(length)\r\n"), payload: payload, trailer: nil)
    return (body, source)
  }

  private func framed(
    _ mode: ChunkedWriter.Mode, _ bytes: [UInt8], length: Int, sizes: [Int] = [.max],
    failure: BodyReadError? = nil
  ) throws -> (S3ObjectBody, PiecesSource) {
    let source = PiecesSource(
      bytes, sizes: sizes, contentLength: UInt64(bytes.count), failure: failure)
    let body = try S3ObjectBody(
      source, head: head("Content-Length: \(bytes.count)\r\nx-amz-decoded-content-length: \(length)\r\n"),
      payload: mode.payload, trailer: mode.trailer)
    return (body, source)
  }

  private func refusal(_ body: S3ObjectBody) async -> BodyError? {
    do throws(BodyError) {
      _ = try await readAll(body)
      return nil
    } catch {
      return error
    }
  }

  @Test func plainBodyGoesStraightThrough() async throws {
    let data = pattern(200_000)
    let (body, source) = try plain(data)
    #expect(body.length == 200_000)
    #expect(try await readAll(body) == data)
    #expect(body.trailingChecksum() == nil)
    // The source was offered the caller's own room every time: nothing is copied in between.
    #expect(source.rooms.allSatisfy { $0 == 65536 })
  }

  @Test func endStaysTheEnd() async throws {
    let (body, _) = try plain([1, 2, 3])
    #expect(try await readAll(body) == [1, 2, 3])
    #expect(try await readAll(body) == [])
  }

  @Test func declaredHash() async throws {
    let data = pattern(100_000)
    let (good, _) = try plain(data, payload: .sha256(SHA256.hash(data)))
    #expect(try await readAll(good) == data)
    let (empty, _) = try plain([], payload: .sha256(SHA256.hash([UInt8]())))
    #expect(try await readAll(empty) == [])
    let declared = SHA256.hash([1])
    let (bad, _) = try plain(data, payload: .sha256(declared))
    let error = await refusal(bad)
    #expect(
      error
        == .contentSHA256Mismatch(declared: Hex.encode(declared), computed: Hex.encode(SHA256.hash(data))))
    #expect(error?.s3.code == .contentSHA256Mismatch)
  }

  @Test func bodiesThatStop() async throws {
    let (short, _) = try plain(
      [1, 2], declared: 5, failure: .disconnected(received: 2, expected: 5))
    let error = await refusal(short)
    #expect(error == .incomplete(expected: 5, provided: 2))
    #expect(
      error?.s3.extras.map { "\($0.0)=\($0.1)" } == ["NumberBytesExpected=5", "NumberBytesProvided=2"])
    let (early, _) = try plain([1, 2], declared: 5)
    #expect(await refusal(early) == .incomplete(expected: 5, provided: 2))
    let (stalled, _) = try plain([1, 2], declared: 5, failure: .timedOut)
    #expect(await refusal(stalled) == .timedOut)
    let (slow, _) = try plain([1, 2], declared: 5, failure: .tooSlow)
    #expect(await refusal(slow)?.s3.code == .requestTimeout)
    let (broken, _) = try plain([1, 2], declared: 5, failure: .malformed("x"))
    #expect(await refusal(broken) == .terminatedUnexpectedly(.transferCoding))
    let body = ChunkedWriter.body(.signed, pattern(100), chunks: [100])
    let (cut, _) = try framed(.signed, Array(body.dropLast(20)), length: 100)
    #expect(await refusal(cut) == .terminatedUnexpectedly(.missingEnd))
    let (inData, _) = try framed(.signed, Array(body[..<120]), length: 100)
    #expect(await refusal(inData) == .terminatedUnexpectedly(.missingEnd))
    let (gone, _) = try framed(
      .signed, Array(body[..<120]), length: 100, failure: .disconnected(received: 120, expected: nil))
    #expect(await refusal(gone) == .terminatedUnexpectedly(.disconnected))
  }

  @Test(arguments: ChunkedWriter.Mode.allCases)
  func framedBodies(_ mode: ChunkedWriter.Mode) async throws {
    let data = pattern(300_000)
    let bytes = ChunkedWriter.body(mode, data, chunks: [131_072, 131_072, 37_856])
    for sizes in [[Int.max], [1], [1000, 17, 5000], [4096]] {
      for room in [65536, 1000, 7, 262_144] where sizes != [1] || room == 1000 {
        let (body, _) = try framed(mode, bytes, length: data.count, sizes: sizes)
        #expect(body.length == 300_000)
        #expect(try await readAll(body, room: room) == data)
        #expect(body.trailingChecksum()?.0 == mode.trailer)
        #expect(try await readAll(body) == [])
      }
    }
  }

  /// Inside a chunk the source is offered the caller's room: the bytes are not copied.
  @Test func chunkDataGoesStraightThrough() async throws {
    let data = pattern(1 << 20)
    let bytes = ChunkedWriter.body(.unsignedTrailer, data, chunks: [1 << 20])
    let (body, source) = try framed(.unsignedTrailer, bytes, length: data.count)
    #expect(try await readAll(body) == data)
    let direct = source.rooms.filter { $0 == 65536 }.count
    #expect(direct >= 15)
    #expect(source.rooms.count - direct <= 4)
  }

  @Test func lastBytesWithAWrongSignatureAreNotTheEnd() async throws {
    var bytes = ChunkedWriter.body(.signed, pattern(100), chunks: [100])
    let last = try #require(bytes.lastIndex(of: UInt8(ascii: "=")))
    bytes[last + 1] = bytes[last + 1] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
    let (body, _) = try framed(.signed, bytes, length: 100)
    guard case .signatureMismatch? = await refusal(body) else {
      Issue.record("accepted")
      return
    }
  }

  @Test func lengthsAreRequired() throws {
    func refusal(_ headers: String, _ payload: PayloadMode, length: UInt64?, requiresLength: Bool = true)
      throws -> BodyError?
    {
      let head = try head(headers)
      do throws(BodyError) {
        _ = try S3ObjectBody(
          PiecesSource([], contentLength: length), head: head, payload: payload, trailer: nil,
          requiresLength: requiresLength)
        return nil
      } catch {
        return error
      }
    }
    #expect(try refusal("", .unsigned, length: 0) == .missingContentLength)
    #expect(try refusal("", .unsigned, length: 0)?.s3.code.status == 411)
    #expect(try refusal("", .unsigned, length: 0, requiresLength: false) == nil)
    let chunked = "Transfer-Encoding: chunked\r\n"
    #expect(try refusal(chunked, .unsigned, length: nil) == .transferEncodingNotImplemented)
    #expect(try refusal(chunked, .unsigned, length: nil)?.s3.code.status == 501)
    #expect(try refusal(chunked, .streamingUnsignedTrailer, length: nil) == .missingContentLength)
    let decoded = chunked + "x-amz-decoded-content-length: "
    #expect(try refusal(decoded + "0\r\n", .streamingUnsignedTrailer, length: nil) == nil)
    #expect(
      try refusal(decoded + "ten\r\n", .streamingUnsignedTrailer, length: nil)
        == .malformedDecodedLength("ten"))
  }

  @Test func trailerWithoutFraming() throws {
    let head = try head("Content-Length: 0\r\n")
    #expect(throws: BodyError.malformedTrailer) {
      try S3ObjectBody(
        PiecesSource([], contentLength: 0), head: head, payload: .unsigned, trailer: .crc32)
    }
  }

  @Test func collectsDocuments() async throws {
    let data = pattern(50_000)
    let (body, _) = try plain(data, payload: .sha256(SHA256.hash(data)))
    #expect(try await body.collect(limit: 50_000) == data)
    let (declaredLong, source) = try plain(data)
    await #expect(throws: BodyError.tooLarge(limit: 49_999)) { try await declaredLong.collect(limit: 49_999) }
    #expect(source.rooms.isEmpty)
    let unknown = PiecesSource(data, contentLength: nil)
    let long = try S3ObjectBody(
      unknown, head: head("Transfer-Encoding: chunked\r\n"), payload: .unsigned, trailer: nil,
      requiresLength: false)
    await #expect(throws: BodyError.tooLarge(limit: 49_999)) { try await long.collect(limit: 49_999) }
    let framedBytes = ChunkedWriter.body(.unsignedTrailer, data, chunks: [50_000])
    let (framed, _) = try framed(.unsignedTrailer, framedBytes, length: data.count)
    #expect(try await framed.collect(limit: 1 << 20) == data)
  }

  @Test func objectsSeesTheRefusalWrapped() async throws {
    let (body, _) = try plain([1], declared: 2)
    let object: any ObjectBody = body
    // SAFETY: freed below.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 16)
    defer { unsafe memory.deallocate() }
    #expect(try unsafe await object.read(into: memory) == 1)
    do throws(ObjectBodyError) {
      _ = try unsafe await object.read(into: memory)
      Issue.record("accepted")
    } catch {
      #expect(error.underlying as? BodyError == .incomplete(expected: 2, provided: 1))
    }
  }
}
