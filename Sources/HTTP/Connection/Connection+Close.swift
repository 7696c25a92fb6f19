import Ring

extension Connection {
  /// Answers a request that was refused, and ends the connection so that the answer arrives.
  func refuse(_ problem: RequestProblem) async {
    counters.note(problem)
    exchange = Exchange()
    exchange.isAdmitted = problem != .overMemory
    let (head, body) = shard.handler.rejected(problem, info)
    do throws(IOError) {
      try await respond(head, body[...])
      await linger()
    } catch {
      note(error, as: .send)
    }
  }

  /// Ends sending and drops what the client still sends, until it closes too. Without this its unread bytes would make
  /// the kernel reset the connection, and the client might lose the answer (RFC 9112 section 9.6).
  func linger() async {
    releaseInput()
    setDeadline(ring.now.after(waits.linger))
    await transport.endSending()
    var dropped = 0
    do throws(IOError) {
      while dropped < limits.lingerBytes, let buffer = try await transport.receive() {
        let count = buffer.count
        buffer.release()
        if count == 0 { return }
        dropped += count
      }
    } catch {
      note(error, as: .linger)
    }
  }

  /// Makes whatever is pending fail, and everything after it.
  func cut() {
    isCut = true
    transport.cancel()
  }
}
