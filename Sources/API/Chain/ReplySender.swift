import Flow
package import HTTP
import Objects
import Ring

/// Sends a reply and notes what became of it.
package enum ReplySender {
  /// Sends all of it. A body that cannot be read to its end cuts the connection, so that the client does not
  /// take a part for the whole.
  package static func send(
    _ reply: Reply, _ response: consuming ResponseWriter, _ request: APIRequest
  ) async {
    request.outcome.replied = .ofTurn()
    guard mayHold(reply, request) else {
      if case .streaming(_, let reader) = reply { await reader.close() }
      return await refuse(S3Error(.slowDown), response, request)
    }
    switch reply {
    case .complete(let head, let body):
      if let pacer = request.pacer { return await sendPaced(head, body, pacer, response, request) }
      await send(head, body, response, request)
    case .streaming(let head, let reader):
      request.preparePacer(head.contentLength)
      await stream(request.pacer?.told(head, request) ?? head, reader, response, request)
      await reader.close()
    }
  }

  /// A body that leaves room for its head in a buffer of 16 KiB, in bytes.
  private static let smallBodyMax = 12 << 10

  /// Claims what has to be held until the client has taken the reply. A small one has its room already.
  private static func mayHold(_ reply: Reply, _ request: APIRequest) -> Bool {
    switch reply {
    case .complete(_, let body):
      if body.count <= smallBodyMax || request.head.method == .head { return true }
      let needed = body.count + BufferSize.data.byteCount + request.transportBytes
      return request.claim(needed, for: .download)
    case .streaming(_, let reader):
      return request.claim(reader.memoryBytes + request.transportBytes, for: .download)
    }
  }

  private static func refuse(
    _ error: S3Error, _ response: consuming ResponseWriter, _ request: APIRequest
  ) async {
    guard case .complete(let head, let body) = request.refusal(error, region: "") else { return }
    await send(head, body, response, request)
  }

  private static func send(
    _ head: ResponseHead, _ body: ArraySlice<UInt8>, _ response: consuming ResponseWriter,
    _ request: APIRequest
  ) async {
    request.outcome.status = head.status
    do throws(IOError) {
      let count = request.head.method == .head ? 0 : body.count
      try await response.send(head, body)
      request.outcome.bytesOut = UInt64(count)
    } catch {
      request.outcome.isDisconnected = true
    }
  }

  private static func stream(
    _ head: ResponseHead, _ reader: ObjectReader, _ response: consuming ResponseWriter,
    _ request: APIRequest
  ) async {
    // The first bytes are read before the head is sent: damage found there can still be told as an error, and
    // they ride with the head.
    var chunk: UnsafeRawBufferPointer?
    do throws(ObjectError) {
      unsafe chunk = try await reader.next()
    } catch {
      return await refuse(S3Error(error, request), response, request)
    }
    request.outcome.status = head.status
    do throws(IOError) {
      var writer = try await response.start(head)
      // SAFETY: the reader's bytes live until its next call, which comes after they are sent.
      while let bytes = unsafe chunk {
        if let pacer = request.pacer {
          guard try await unsafe write(bytes, &writer, pacer) else { return writer.abort() }
        } else {
          try await unsafe writer.write(bytes)
        }
        request.outcome.bytesOut += UInt64(bytes.count)
        do throws(ObjectError) {
          unsafe chunk = try await reader.next()
        } catch {
          let told = request.dialect.refusal(S3Error(error, request), request.refusalContext)
          request.outcome.errorCode = told.code
          return writer.abort()
        }
      }
      try await writer.finish()
    } catch {
      request.outcome.isDisconnected = true
    }
  }

  /// Sends a whole reply once its body may move.
  private static func sendPaced(
    _ head: ResponseHead, _ body: ArraySlice<UInt8>, _ pacer: TransferPacer,
    _ response: consuming ResponseWriter, _ request: APIRequest
  ) async {
    if !body.isEmpty, request.head.method != .head, head.status < 300 {
      _ = await pacer.admitAll(body.count, .download)
    }
    var head = head
    request.addDelay(pacer.delay, to: &head)
    await send(head, body, response, request)
  }

  /// Writes bytes in pieces, each when it may move. False: they must not, any more.
  private static func write(
    _ bytes: UnsafeRawBufferPointer, _ writer: inout ResponseBodyWriter, _ pacer: TransferPacer
  ) async throws(IOError) -> Bool {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let count = await pacer.admit(unsafe rest.count, .download)
      guard count > 0 else { return false }
      // SAFETY: the caller keeps the bytes until this returns; a piece lies within the rest.
      try await unsafe writer.write(UnsafeRawBufferPointer(rebasing: rest.prefix(count)), holdsTail: false)
      unsafe rest = rest.dropFirst(count)
    }
    return true
  }
}
