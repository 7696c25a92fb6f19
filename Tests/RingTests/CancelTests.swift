import Glibc
import Testing

@testable import Ring

@Suite struct CancelTests {
  @Test(arguments: backends) func cancelFailsWhatIsPending(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let (left, right) = try socketPair()
      let other = Unchecked(left)
      Ring.current.spawn { other.value.cancel() }
      let error = await failure { () throws(IOError) in _ = try await left.receive() }
      #expect(error?.isCancelled == true)
      // With nothing pending it does nothing, and the socket goes on.
      left.cancel()
      try await right.send(text: "on")
      #expect(try await left.receiveText() == "on")
      left.close()
      right.close()
    }
  }

  @Test(arguments: backends) func closeEndsWhatIsPending(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let (left, right) = try socketPair()
      let other = Unchecked(left)
      let memory = Memory(16 << 20)
      Ring.current.spawn {
        let error = await failure { () throws(IOError) in _ = try await other.value.receive() }
        #expect(error?.isCancelled == true)
      }
      Ring.current.spawn {
        await Ring.current.yieldTurn()
        #expect(other.value.isPending)
        other.value.close()
        other.value.close()
        #expect(other.value.descriptor >= 0, "the descriptor lives until the kernel is done")
      }
      let error = await failure { () throws(IOError) in unsafe try await left.send(memory.readOnly) }
      #expect(error?.isCancelled == true)
      while left.descriptor >= 0 { await Ring.current.yieldTurn() }
      right.close()
    }
  }

  @Test(arguments: backends) func racesOfDataCancelAndClose(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      var outcomes: [String: Int] = [:]
      for round in 0..<400 {
        let (left, right) = try await round % 2 == 0 ? socketPair() : tcpPair()
        let (receiver, sender) = (Unchecked(left), Unchecked(right))
        let yields = round % 4
        Ring.current.spawn {
          for _ in 0..<yields { await Ring.current.yieldTurn() }
          if round % 3 == 0 { receiver.value.cancel() } else if round % 3 == 1 { receiver.value.close() }
        }
        Ring.current.spawn {
          for _ in 0..<(round / 4 % 4) { await Ring.current.yieldTurn() }
          try? await sender.value.send(text: "data")
          sender.value.close()
        }
        do throws(IOError) {
          let text = try await left.receiveText()
          #expect(text == "data")
          outcomes["data", default: 0] += 1
        } catch {
          #expect(error.isCancelled || error.isDisconnect)
          outcomes["ended", default: 0] += 1
        }
        left.close()
      }
      #expect(outcomes["data", default: 0] > 0)
      #expect(outcomes["ended", default: 0] > 0)
      while Ring.current.statistics.sockets.current > 0 { await Ring.current.yieldTurn() }
    }
  }

  @Test(arguments: backends) func closingAListenerEndsAccept(_ backend: IOBackend) async throws {
    try await withRings(backend, count: 2) { group in
      let listener = try Listener(address: SocketAddress(parsing: "127.0.0.1:0"))
      group.rings[1].spawn {
        await Ring.current.sleep(for: .milliseconds(30))
        listener.close()
      }
      let error = await failure { () throws(IOError) in _ = try await listener.accept() }
      #expect(error?.isCancelled == true)
      let again = await failure { () throws(IOError) in _ = try await listener.accept() }
      #expect(again?.isCancelled == true)
      let refused = await failure { () throws(IOError) in
        _ = try await Socket.connect(to: listener.address)
      }
      #expect(refused != nil)
    }
  }
}
