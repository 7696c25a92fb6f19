import Glibc
import Synchronization
import Testing

@testable import Ring

/// Async code that knows nothing of rings.
private func twice(_ body: () async -> UInt) async -> [UInt] {
  let first = await body()
  await Task.yield()
  return [first, await body()]
}

private func threadID() -> UInt { UInt(pthread_self()) }

private actor Tally {
  private nonisolated let ring: Ring
  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe ring.asUnownedSerialExecutor() }
  var threads: Set<UInt> = []
  init(ring: Ring) { self.ring = ring }
  func note() async {
    threads.insert(threadID())
    await Task.yield()
    threads.insert(threadID())
  }
  func isolated() -> Bool {
    ring.preconditionIsolated()
    return ring.isCurrent
  }
}

private actor Plain {
  var threads: [UInt] = []
  func note() { threads.append(threadID()) }
}

@Suite struct ExecutorTests {
  @Test(arguments: backends) func allCodeOfATaskRunsOnItsRing(_ backend: IOBackend) async throws {
    let file = temporaryPath()
    defer { try? Directory.remove(file: file) }
    try await withRings(backend, count: 2) { group in
      let home = threadID()
      let same: @Sendable (StaticString) -> Void = { place in
        #expect(threadID() == home, "after \(place)")
        #expect(Ring.currentIfAny === group.rings[0])
      }
      same("start")
      await Ring.current.sleep(for: .milliseconds(1))
      same("sleep")
      #expect(await twice { threadID() } == [home, home])
      same("yield")
      let pool = await Ring.blocking.run { threadID() }
      #expect(pool != home)
      same("the blocking pool")
      let other = await group.rings[1].run { threadID() }
      #expect(other != home)
      same("another ring")
      let children = await withTaskGroup(of: UInt.self) { tasks in
        for _ in 0..<10 { tasks.addTask { await twice { threadID() }[1] } }
        return await tasks.reduce(into: []) { $0.append($1) }
      }
      #expect(Set(children) == [home])
      same("a task group")
      async let child = twice { threadID() }
      #expect(await child == [home, home])
      same("async let")
      let plain = Plain()
      await plain.note()
      await plain.note()
      #expect(await plain.threads == [home, home], "a default actor runs on the task's ring")
      let opened = try await File.open(file, flags: O_RDWR | O_CREAT)
      try await opened.synchronize(dataOnly: false)
      same("a file operation")
      try await Task.sleep(nanoseconds: 1_000_000)
      same("a sleep of the global clock")
    }
  }

  @Test(arguments: backends) func anActorCanLiveOnARing(_ backend: IOBackend) async throws {
    try await withRings(backend, count: 2) { group in
      let tally = Tally(ring: group.rings[1])
      let there = await group.rings[1].run { threadID() }
      let home = threadID()
      for _ in 0..<10 { await tally.note() }
      #expect(await tally.threads == [there])
      #expect(await tally.isolated())
      #expect(threadID() == home)
      await group.rings[1].run { await tally.note() }
      #expect(await tally.threads == [there])
    }
  }

  @Test(arguments: backends) func hopsBetweenRings(_ backend: IOBackend) async throws {
    try await withRings(backend, count: 3) { group in
      let total = Atomic<Int>(0)
      let sums = await withTaskGroup(of: Int.self) { tasks in
        for start in 0..<50 {
          tasks.addTask {
            var sum = 0
            for step in 0..<40 {
              let ring = group.rings[(start + step) % 3]
              sum += await ring.run { Ring.current === ring ? 1 : 0 }
            }
            return sum
          }
        }
        return await tasks.reduce(0, +)
      }
      total.add(sums, ordering: .relaxed)
      #expect(total.load(ordering: .relaxed) == 2000)
    }
  }

  @Test(arguments: backends) func jobsFromManyThreadsAllArrive(_ backend: IOBackend) async throws {
    let group = try RingGroup(count: 1, backend: backend, blockingThreads: 1)
    let ran = await withTaskGroup(of: Int.self) { tasks in
      for _ in 0..<500 { tasks.addTask { await group.rings[0].run { 1 } } }
      return await tasks.reduce(0, +)
    }
    #expect(ran == 500)
    group.shutdown()
  }

  @Test func theJobQueueKeepsOrderAcrossGrowth() async throws {
    try await withRings(.poll) { group in
      // More tasks than the queue holds at first; they start in the order they were spawned.
      let order = Unchecked(Order())
      for number in 0..<5000 { Ring.current.spawn { order.value.numbers.append(number) } }
      while order.value.numbers.count < 5000 { await Ring.current.yieldTurn() }
      #expect(order.value.numbers == Array(0..<5000))
    }
  }

  private final class Order { var numbers: [Int] = [] }
}
