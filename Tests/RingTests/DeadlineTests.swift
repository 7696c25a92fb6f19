import Glibc
import Testing

@testable import Ring

@Suite struct DeadlineTests {
  /// How late a deadline may be noticed: a tick (67 ms), and a loaded machine under a sanitizer.
  static let slack = Duration.seconds(6)

  @Test(arguments: backends) func aReceiveEndsAtItsDeadline(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let (left, right) = try socketPair()
      let start = Instant.now()
      left.deadline = start.advanced(by: .milliseconds(100))
      let error = await failure { () throws(IOError) in _ = try await left.receive() }
      let waited = Instant.now().duration(since: start)
      #expect(error?.isTimeout == true)
      #expect(waited >= .milliseconds(100))
      #expect(waited < Self.slack)
      #expect(Ring.current.statistics.timeouts.current == 1)
      // Past the deadline nothing starts; with a new one the socket works as before.
      let again = await failure { () throws(IOError) in _ = try await left.receive() }
      #expect(again?.isTimeout == true)
      left.deadline = .distantFuture
      try await right.send(text: "late")
      #expect(try await left.receiveText() == "late")
      left.close()
      right.close()
    }
  }

  @Test(arguments: backends) func aBlockedSendEndsAtItsDeadline(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let (left, right) = try socketPair()
      left.deadline = Instant.now().advanced(by: .milliseconds(100))
      let memory = Memory(16 << 20)
      let error = await failure { () throws(IOError) in unsafe try await left.send(memory.readOnly) }
      #expect(error?.isTimeout == true)
      left.deadline = Instant.now().advanced(by: .milliseconds(50))
      let parts = await failure { () throws(IOError) in
        unsafe try await left.send(memory.readOnly, memory.readOnly, more: true)
      }
      #expect(parts?.isTimeout == true)
      left.close()
      right.close()
    }
  }

  @Test(arguments: backends) func aDeadlineCanMoveWhilePending(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let (left, right) = try socketPair()
      let mover = Unchecked(left)
      // Later: does not fire at the old time.
      left.deadline = Instant.now().advanced(by: .milliseconds(50))
      let sender = Unchecked(right)
      Ring.current.spawn {
        mover.value.deadline = Instant.now().advanced(by: .seconds(60))
        await Ring.current.sleep(for: .milliseconds(300))
        do { try await sender.value.send(text: "ok") } catch { Issue.record(error) }
      }
      #expect(try await left.receiveText() == "ok")
      // Earlier: fires at the new time, though the wheel held it for later.
      left.deadline = Instant.now().advanced(by: .seconds(60))
      let start = Instant.now()
      Ring.current.spawn { mover.value.deadline = Instant.now().advanced(by: .milliseconds(50)) }
      let error = await failure { () throws(IOError) in _ = try await left.receive() }
      #expect(error?.isTimeout == true)
      #expect(Instant.now().duration(since: start) < Self.slack)
      left.close()
      right.close()
    }
  }

  @Test(arguments: backends) func acceptHasADeadline(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let listener = try Listener(address: SocketAddress(parsing: "[::1]:0"))
      let error = await failure { () throws(IOError) in
        _ = try await listener.accept(deadline: Instant.now().advanced(by: .milliseconds(50)))
      }
      #expect(error?.isTimeout == true)
      let client = try await Socket.connect(
        to: listener.address, deadline: Instant.now().advanced(by: .seconds(5)))
      let (descriptor, peer) = try await listener.accept()
      #expect(peer.host == "::1")
      close(descriptor)
      client.close()
      listener.close()
    }
  }

  @Test(arguments: backends) func manyDeadlinesAllFire(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      var sockets: [Socket] = []
      let late = try await withThrowingTaskGroup(of: Duration.self) { tasks in
        for number in 0..<300 {
          let (left, right) = try socketPair()
          sockets += [left, right]
          let wait = Duration.milliseconds(number * 7 % 700)
          let waiter = Unchecked(left)
          tasks.addTask {
            let deadline = Instant.now().advanced(by: wait)
            waiter.value.deadline = deadline
            let error = await failure { () throws(IOError) in _ = try await waiter.value.receive() }
            #expect(error?.isTimeout == true)
            let now = Instant.now()
            #expect(now >= deadline)
            return now.duration(since: deadline)
          }
        }
        return try await tasks.reduce(Duration.zero) { max($0, $1) }
      }
      #expect(late < Self.slack)
      for socket in sockets { socket.close() }
    }
  }

  @Test func theWheelFindsWhatIsDue() async throws {
    try await withRings(.poll) { group in
      let wheel = DeadlineWheel()
      let start = Instant(nanoseconds: 1 << 40)
      wheel.start(at: start)
      #expect(wheel.next == .distantFuture)
      var sockets: [Socket] = []
      var random = SystemRandomNumberGenerator()
      for _ in 0..<500 {
        let (left, right) = try socketPair()
        right.close()
        // From now to twice what the wheel reaches.
        let wait = UInt64.random(in: 0..<150_000_000_000, using: &random)
        left.deadlineStore = Instant(nanoseconds: start.nanoseconds + wait)
        wheel.note(left)
        sockets.append(left)
      }
      #expect(wheel.count == 500)
      for socket in sockets.prefix(100) { wheel.remove(socket) }
      #expect(wheel.count == 400)
      // Without a pending operation a socket whose slot has passed is dropped.
      var now = start
      var turns = 0
      while wheel.next != .distantFuture {
        #expect(wheel.next > now)
        now = wheel.next
        wheel.advance(to: now)
        turns += 1
      }
      #expect(wheel.count == 0)
      #expect(turns <= 400)
      for socket in sockets { socket.close() }
    }
  }
}
