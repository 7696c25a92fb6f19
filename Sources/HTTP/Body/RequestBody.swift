package import Ring

/// The body of one request, read at the handler's pace. Ring-confined, and of no use after the handler returns.
package final class RequestBody {
  private enum Coding {
    case length(remaining: UInt64)
    case chunked(ChunkDecoder)
  }

  /// Bytes the client announced: 0 without a body, nil when it comes in chunks.
  package let contentLength: UInt64?
  /// Whether there is memory for the request. Of one without the body must not be read: it is to be answered with a
  /// refusal of a few hundred bytes.
  package let isAdmitted: Bool
  /// What the request holds. The handler claims what it needs beyond the buffers of a small body and a small reply; all
  /// of it goes back when the request is over.
  package var memory: MemoryClaim { connection.memory }
  /// Body bytes handed out so far, without their framing.
  package private(set) var bytesRead: UInt64 = 0

  private let connection: Connection
  private var coding: Coding
  /// Whether the client waits for `100 Continue` and has not been told.
  private(set) var awaitsContinue: Bool
  private var failure: BodyReadError?

  init(_ head: RequestHead, _ connection: Connection, isAdmitted: Bool) {
    self.connection = connection
    self.isAdmitted = isAdmitted
    awaitsContinue = head.expectsContinue
    switch head.framing {
    case .none:
      contentLength = 0
      coding = .length(remaining: 0)
    case .length(let count):
      contentLength = count
      coding = .length(remaining: count)
    case .chunked:
      contentLength = nil
      coding = .chunked(ChunkDecoder(limits: connection.limits))
    }
  }

  /// Whether the whole body has been read.
  package var isComplete: Bool {
    switch coding {
    case .length(let remaining): remaining == 0
    case .chunked(let decoder): decoder.isComplete
    }
  }

  /// Reads up to `target.count` bytes and returns how many; 0 means the end. Sends `100 Continue` first if the
  /// client waits for it, be it for a body of no bytes: botocore takes an answer without it for the last one of
  /// the connection and misreads what follows. When nothing is buffered the bytes are received straight into
  /// the target.
  package func read(into target: UnsafeMutableRawBufferPointer) async throws(BodyReadError) -> Int {
    if let failure { throw failure }
    if target.count == 0 || (isComplete && !awaitsContinue) { return 0 }
    do throws(BodyReadError) {
      if awaitsContinue {
        awaitsContinue = false
        try await connection.sendContinue()
        if isComplete { return 0 }
      }
      // SAFETY: the caller keeps the target until this returns.
      let count =
        switch coding {
        case .length(let remaining): try await unsafe readLength(remaining, into: target)
        case .chunked: try await unsafe readChunked(into: target)
        }
      bytesRead += UInt64(count)
      return count
    } catch {
      failure = error
      throw error
    }
  }

  /// Reads the whole body. Throws `.tooLarge` as soon as it is known to have more than `limit` bytes.
  package func collect(limit: Int) async throws(BodyReadError) -> [UInt8] {
    if let contentLength, contentLength > UInt64(limit) { throw .tooLarge(limit: limit) }
    var bytes: [UInt8] = []
    if isComplete, !awaitsContinue { return bytes }
    bytes.reserveCapacity(Int(clamping: contentLength ?? 0))
    let buffer = connection.takeBuffer()
    defer { buffer.release() }
    // SAFETY: the buffer is this call's own until it is released.
    while case let count = try await unsafe read(into: buffer.memory), count > 0 {
      if bytes.count + count > limit { throw .tooLarge(limit: limit) }
      unsafe bytes.append(contentsOf: buffer.memory[0..<count])
    }
    return bytes
  }

  /// Whether what is left is little enough to read and drop, so that the connection may stay open.
  var mayBeDrained: Bool {
    if awaitsContinue || failure != nil { return false }
    return switch coding {
    case .length(let remaining): remaining <= UInt64(connection.limits.drainBytes)
    case .chunked: true
    }
  }

  /// Reads and drops the rest, holding no memory while it waits. False if it is too much or does not come: the
  /// connection has to close.
  func drain() async -> Bool {
    if isComplete { return true }
    guard mayBeDrained else { return false }
    let start = bytesRead
    do throws(BodyReadError) {
      while !isComplete {
        if !connection.hasInput, try await !connection.fillInput() { return false }
        try discardReceived()
        if bytesRead - start > UInt64(connection.limits.drainBytes) { return false }
      }
      return true
    } catch {
      return false
    }
  }

  /// Drops what of the body has been received already.
  func discardReceived() throws(BodyReadError) {
    switch coding {
    case .length(let remaining):
      let count = UInt64(connection.discardInput(upTo: Int(clamping: remaining)))
      coding = .length(remaining: remaining - count)
      bytesRead += count
    case .chunked(var decoder):
      defer { coding = .chunked(decoder) }
      let buffer = connection.takeBuffer()
      defer { buffer.release() }
      while connection.hasInput, !decoder.isComplete {
        // SAFETY: the buffer is this call's own until it is released.
        bytesRead += UInt64(try unsafe connection.decodeInput(with: &decoder, into: buffer.memory))
      }
    }
  }

  private func readLength(
    _ remaining: UInt64, into target: UnsafeMutableRawBufferPointer
  ) async throws(BodyReadError) -> Int {
    let room = Int(clamping: min(UInt64(target.count), remaining))
    // SAFETY: `room` is at most the target's count.
    let count = try await unsafe connection.receiveBody(
      into: UnsafeMutableRawBufferPointer(rebasing: target[0..<room]))
    guard count > 0 else { throw .disconnected(received: bytesRead, expected: contentLength) }
    coding = .length(remaining: remaining - UInt64(count))
    return count
  }

  private func readChunked(into target: UnsafeMutableRawBufferPointer) async throws(BodyReadError) -> Int {
    guard case .chunked(var decoder) = coding else { return 0 }
    defer { coding = .chunked(decoder) }
    while true {
      if connection.hasInput {
        let produced = try unsafe connection.decodeInput(with: &decoder, into: target)
        if produced > 0 || decoder.isComplete { return produced }
      } else if decoder.dataRemaining > 0 {
        let room = Int(clamping: min(UInt64(target.count), decoder.dataRemaining))
        // SAFETY: `room` is at most the target's count.
        let count = try await unsafe connection.receiveBody(
          into: UnsafeMutableRawBufferPointer(rebasing: target[0..<room]))
        guard count > 0 else { throw .disconnected(received: bytesRead, expected: nil) }
        decoder.skipData(count)
        return count
      } else if try await connection.fillInput() == false {
        throw .disconnected(received: bytesRead, expected: nil)
      }
    }
  }
}
