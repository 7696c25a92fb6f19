import Glibc
import Synchronization
import Testing

@testable import Ring

/// Serialized: these are about time and memory.
@Suite(.serialized) struct LifecycleTests {
  @Test(arguments: backends) func shutdownEndsWhatIsPending(_ backend: IOBackend) async throws {
    let ended = Mutex<[String]>([])
    let group = try RingGroup(count: 2, backend: backend, blockingThreads: 2)
    let listener = try Listener(address: SocketAddress(parsing: "127.0.0.1:0"), sharing: .first)
    let note: @Sendable (String) -> Void = { word in ended.withLock { $0.append(word) } }
    group.rings[0].spawn {
      let error = await failure { () throws(IOError) in _ = try await listener.accept() }
      note("accept \(error?.isCancelled == true)")
    }
    group.rings[1].spawn {
      guard let (left, right) = try? socketPair() else { return }
      let error = await failure { () throws(IOError) in _ = try await left.receive() }
      note("receive \(error?.isCancelled == true)")
      let later = await failure { () throws(IOError) in try await right.send(text: "x") }
      note("send \(later?.isCancelled == true)")
    }
    group.rings[1].spawn {
      await Ring.current.sleep(for: .seconds(3600))
      note("sleep true")
    }
    // Everything has been started when this has come back.
    for ring in group.rings { await ring.run { await Ring.current.yieldTurn() } }
    let start = Instant.now()
    group.shutdown()
    group.shutdown()
    #expect(Instant.now().duration(since: start) < .seconds(3))
    #expect(ended.withLock { $0.sorted() } == ["accept true", "receive true", "send true", "sleep true"])
  }

  /// In a process of its own, where nobody else opens anything.
  @Test func nothingLeaksOverManyLives() async {
    await #expect(processExitsWith: .success) {
      for backend in backends {
        try await life(backend)
        let (descriptors, threads) = (try processCount("fd"), try processCount("task"))
        for _ in 0..<20 { try await life(backend) }
        // The kernel takes a moment to bury a thread, and the global executor may have made some meanwhile; a leak
        // would be 80.
        let deadline = Instant.now().advanced(by: .seconds(60))
        while true {
          let (after, threadsAfter) = (try processCount("fd"), try processCount("task"))
          if after <= descriptors && threadsAfter < threads + 8 { break }
          precondition(
            Instant.now() < deadline,
            "\(after - descriptors) descriptors, \(threadsAfter - threads) threads leaked on \(backend)")
          usleep(10_000)
        }
      }
    }
  }

  /// In a process of its own, for what is given up is leaked.
  @Test func aTaskThatNeverEndsDoesNotHoldShutdownForEver() async {
    await #expect(processExitsWith: .success) {
      let group = try RingGroup(count: 1, backend: .auto, blockingThreads: 1)
      group.rings[0].spawn {
        await unsafe withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
      }
      await group.rings[0].run {}
      let start = Instant.now()
      group.shutdown()
      let waited = Instant.now().duration(since: start)
      precondition(waited >= .seconds(4) && waited < .seconds(20))
      // Work for the dead ring is dropped, not crashed on.
      group.rings[0].spawn {}
      _exit(0)
    }
  }

  @Test func memoryGoesBackAfterABurst() async throws {
    try await withRings(.auto) { group in
      let pool = Ring.current.buffers
      var held = (0..<100).map { _ in pool.take(.data) }
      let aligned = held.count { unsafe UInt(bitPattern: $0.base) % 4096 == 0 }
      #expect(aligned == 100)
      #expect(held.allSatisfy { $0.capacity == 256 << 10 && $0.count == 0 })
      #expect(Ring.current.statistics.buffersOutstanding.current == 100)
      for buffer in held { buffer.release() }
      held = []
      #expect(pool.cached(.data) == 64, "beyond the cap a buffer is freed at once")
      let again = pool.take(.data)
      #expect(pool.cached(.data) == 63)
      again.release()
      let cached = Ring.current.statistics.bufferBytes.current
      for _ in 0..<100 where pool.cached(.data) > 0 {
        await Ring.current.sleep(for: .milliseconds(100))
      }
      #expect(pool.cached(.data) == 0)
      #expect(Ring.current.statistics.bufferBytes.current <= cached - 63 * (256 << 10))
    }
  }

  @Test func theBlockingPoolKeepsOrder() async throws {
    let pool = try BlockingPool(threadCount: 1)
    let order = Mutex<[Int]>([])
    for number in 0..<3000 { pool.submit { order.withLock { $0.append(number) } } }
    #expect(await pool.run { order.withLock { $0 } } == Array(0..<3000))
    #expect(pool.started == 3001)
    #expect(pool.queued == 0)
    pool.shutdown()
    #expect(await pool.run { 5 } == 5, "a closed pool runs work where it is called")
  }

  @Test func aRefusalIsExplained() {
    let refused = BackendChoice.notice(for: UringUnavailable(errno: EPERM, step: "io_uring_setup"))
    #expect(refused.contains("seccomp") || refused.contains("io_uring_disabled"))
    let old = BackendChoice.notice(for: UringUnavailable(errno: EINVAL, step: "io_uring_setup"))
    #expect(old.contains("5.19"))
    #expect(old.contains("slower"))
  }

  @Test func aGroupSaysWhatItUses() async throws {
    let poll = try RingGroup(count: 1, backend: .poll)
    #expect(poll.backendInUse == .poll)
    #expect(poll.backendNotice == nil)
    poll.shutdown()
    let auto = try RingGroup(count: 1, backend: .auto, pinned: true)
    #expect((auto.backendInUse == .poll) == (auto.backendNotice != nil))
    auto.shutdown()
  }
}

/// One life of a group that does a little of everything.
private func life(_ backend: IOBackend) async throws {
  try await withRings(backend, count: 2) { group in
    let (left, right) = try await tcpPair()
    try await left.send(text: "x")
    #expect(try await right.receiveText() == "x")
    _ = await Ring.blocking.run { 1 }
    _ = await group.rings[1].run { 1 }
    left.close()
    right.close()
  }
}
