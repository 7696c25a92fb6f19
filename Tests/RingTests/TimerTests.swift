import Testing

@testable import Ring

@Suite struct TimerTests {
  @Test func theHeapSorts() {
    var heap = TimerHeap()
    var order: [Int] = []
    var expected: [(UInt64, Int)] = []
    for number in 0..<2000 {
      let instant = UInt64.random(in: 1...100)
      expected.append((instant, number))
      heap.add(Instant(nanoseconds: instant), .run { order.append(number) })
    }
    #expect(heap.count == 2000)
    #expect(heap.popDue(at: Instant(nanoseconds: 0)) == nil)
    for now in UInt64(1)...100 {
      while case .run(let body)? = heap.popDue(at: Instant(nanoseconds: now)) { body() }
    }
    #expect(heap.next == .distantFuture)
    // Equal instants fire in the order they were added.
    #expect(order == expected.sorted { $0 < $1 }.map(\.1))
  }

  @Test(arguments: backends) func sleepsEndInOrder(_ backend: IOBackend) async throws {
    try await withRings(backend) { group in
      let start = Instant.now()
      let woken = await withTaskGroup(of: Int.self) { tasks in
        for wait in [60, 20, 40, 0, 80] {
          tasks.addTask {
            await Ring.current.sleep(until: start.advanced(by: .milliseconds(wait)))
            #expect(Instant.now() >= start.advanced(by: .milliseconds(wait)))
            return wait
          }
        }
        return await tasks.reduce(into: []) { $0.append($1) }
      }
      #expect(woken == [0, 20, 40, 60, 80])
    }
  }

  @Test func instants() {
    let instant = Instant(nanoseconds: 10_000)
    #expect(instant.advanced(by: .microseconds(5)).nanoseconds == 15_000)
    #expect(instant.advanced(by: .microseconds(-5)).nanoseconds == 5_000)
    #expect(instant.advanced(by: .seconds(-1)).nanoseconds == 0)
    #expect(instant.advanced(by: .seconds(1 << 60)) == .distantFuture)
    #expect(Instant.distantFuture.advanced(by: .seconds(-5)) == .distantFuture)
    #expect(instant.advanced(by: .seconds(3)).duration(since: instant) == .seconds(3))
    #expect(instant.duration(since: instant.advanced(by: .seconds(3))) == .seconds(-3))
    #expect(Instant.now() <= Instant.now())
  }
}
