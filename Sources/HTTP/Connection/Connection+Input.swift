import Ring

extension Connection {
  /// Whether bytes have been received that nobody has consumed.
  var hasInput: Bool { input != nil }

  /// Notes that bytes of the input are consumed; a buffer that is used up goes back at once.
  func advanceInput(_ count: Int) {
    guard let buffer = input else { return }
    inputOffset += count
    if inputOffset >= buffer.count { releaseInput() }
  }

  /// Gives back the input with whatever is left in it.
  func releaseInput() {
    input?.release()
    input = nil
    inputOffset = 0
  }

  /// Waits for the next bytes; false at the end of the stream. There must be no input left.
  func receiveInput() async throws(IOError) -> Bool {
    guard let buffer = try await transport.receive() else { return false }
    if buffer.count == 0 {
      buffer.release()
      return false
    }
    input = buffer
    inputOffset = 0
    counters.bytesIn.add(buffer.count)
    return true
  }

  /// A buffer of the ring's pool, 16 KiB.
  func takeBuffer() -> Buffer { ring.buffers.take(.receive) }

  func setDeadline(_ deadline: Instant) {
    transport.setDeadline(isCut ? Instant(nanoseconds: 0) : deadline)
  }

  // MARK: Bodies

  /// Lets go of what has been received of a request that there is no memory for: nothing is kept while its refusal is
  /// sent. What lies behind the body is lost, so then the connection cannot go on.
  func dropInput(of body: RequestBody) {
    do throws(BodyReadError) { try body.discardReceived() } catch { exchange.wantsKeepAlive = false }
    guard hasInput else { return }
    releaseInput()
    exchange.lostInput = true
    exchange.wantsKeepAlive = false
  }

  /// Drops up to `count` received bytes; how many there were.
  func discardInput(upTo count: Int) -> Int {
    guard let buffer = input else { return 0 }
    let dropped = min(count, buffer.count - inputOffset)
    advanceInput(dropped)
    return dropped
  }

  /// Body bytes as they are on the wire: what is buffered, else received straight into the target. 0 is the end
  /// of the stream, or that the client is gone.
  func receiveBody(into target: UnsafeMutableRawBufferPointer) async throws(BodyReadError) -> Int {
    if let buffer = input {
      let count = min(buffer.count - inputOffset, target.count)
      // SAFETY: both ranges were just checked.
      unsafe target.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: buffer.bytes[inputOffset..<inputOffset + count]))
      advanceInput(count)
      return count
    }
    while true {
      let start = beginBodyWait()
      do throws(IOError) {
        // SAFETY: the caller keeps the target until this returns.
        let count = try await unsafe transport.receive(into: target)
        counters.bytesIn.add(count)
        rateFloor.note(waited: waited(since: start), received: count)
        return count
      } catch {
        guard canGoOn(after: error, since: start) else { return 0 }
      }
      try judge()
    }
  }

  /// Waits for more input of a body; false at the end of the stream, or when the client is gone.
  func fillInput() async throws(BodyReadError) -> Bool {
    while true {
      let start = beginBodyWait()
      do throws(IOError) {
        let isThere = try await receiveInput()
        rateFloor.note(waited: waited(since: start), received: input?.count ?? 0)
        return isThere
      } catch {
        guard canGoOn(after: error, since: start) else { return false }
      }
      try judge()
    }
  }

  /// Decodes buffered input of a chunked body and returns how many data bytes came of it.
  func decodeInput(
    with decoder: inout ChunkDecoder, into target: UnsafeMutableRawBufferPointer
  ) throws(BodyReadError) -> Int {
    guard let buffer = input else { return 0 }
    // SAFETY: the decoder keeps no pointer, and the buffer is this connection's until it is released.
    let rest = unsafe ByteView(UnsafeRawBufferPointer(rebasing: buffer.bytes[inputOffset...]))
    do throws(ChunkDecoder.Problem) {
      let (consumed, produced) = try unsafe decoder.decode(rest, into: target)
      advanceInput(consumed)
      return produced
    } catch {
      counters.malformedBodies.add()
      throw .malformed(error.rawValue)
    }
  }

  /// Sets the deadline of a receive to when the rate must be judged, and returns the time.
  private func beginBodyWait() -> Instant {
    let start = ring.now
    setDeadline(start.after(rateFloor.untilJudged))
    return start
  }

  private func waited(since start: Instant) -> UInt64 { ring.now.nanoseconds &- start.nanoseconds }

  /// Whether a failed receive was only a deadline for judging the rate. Otherwise the client is gone.
  private func canGoOn(after error: IOError, since start: Instant) -> Bool {
    guard error.isTimeout, !isCut else { return false }
    // The deadline has passed even if the ring's clock says a little less.
    rateFloor.note(waited: max(waited(since: start), rateFloor.untilJudged), received: 0)
    return true
  }

  /// Asks whether the client has been silent or slow for too long.
  private func judge() throws(BodyReadError) {
    switch rateFloor.judge() {
    case .fine: return
    case .silent:
      counters.note(.bodyRead)
      throw .timedOut
    case .slow:
      counters.note(.receiveRate)
      throw .tooSlow
    }
  }
}
