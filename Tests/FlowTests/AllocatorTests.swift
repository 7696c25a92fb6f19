import Ring
import Testing

@testable import Flow

/// How bytes are shared out once.
@Suite struct AllocatorTests {
  /// Flows that share one limit, each with a guarantee and a sharer of its own.
  private func shares(_ capacity: Double, _ flows: [(demand: Double, guarantee: Double, priority: Int)])
    -> [Double]
  {
    var allocator = Allocator()
    allocator.capacities = [capacity]
    for (index, flow) in flows.enumerated() {
      allocator.guarantees.append(flow.guarantee)
      allocator.weights.append(1)
      allocator.flows.append(
        Allocator.Flow(
          demand: flow.demand, limits: [0], guarantees: [index], priority: flow.priority, sharer: index))
    }
    allocator.run()
    return allocator.grants.map { ($0 * 1000).rounded() / 1000 }
  }

  /// The examples of OSS's guide to resource pools: a pool of 100, priorities from 1 (the lowest).
  @Test func workedExamples() {
    #expect(shares(100, [(10, 20, 1), (30, 20, 2), (80, 20, 3)]) == [10, 20, 70])
    #expect(shares(100, [(0, 25, 1), (5, 25, 2), (40, 25, 3), (60, 25, 4)]) == [0, 5, 35, 60])
    #expect(shares(100, [(50, 10, 1), (50, 10, 2), (30, 10, 3), (20, 10, 4)]) == [10, 40, 30, 20])
  }

  @Test func whatIsLeftGoesByWeight() {
    var allocator = Allocator()
    allocator.capacities = [700]
    allocator.weights = [1, 2, 4]
    allocator.flows = (0..<3).map { Allocator.Flow(demand: 1e9, limits: [0], sharer: $0) }
    allocator.run()
    #expect(zip(allocator.grants, [100.0, 200, 400]).allSatisfy { abs($0 - $1) < 0.001 })
  }

  /// One who works on many buckets gets no more than one who works on one.
  @Test func manyFlowsOfOneSharerAreOne() {
    var allocator = Allocator()
    allocator.capacities = [100]
    allocator.weights = [1, 1]
    allocator.flows = [1, 2, 1000, 1000].map { Allocator.Flow(demand: $0, limits: [0], sharer: 0) }
    allocator.flows.append(Allocator.Flow(demand: 1000, limits: [0], sharer: 1))
    allocator.run()
    #expect(abs(allocator.grants[..<4].reduce(0, +) - 50) < 0.001)
    #expect(abs(allocator.grants[4] - 50) < 0.001)
    #expect(abs(allocator.grants[2] - 23.5) < 0.001)
  }

  /// A flow that another limit holds back leaves its part to the others.
  @Test func theScarcestLimitCounts() {
    var allocator = Allocator()
    allocator.capacities = [100, 10]
    allocator.weights = [1, 1]
    allocator.flows = [
      Allocator.Flow(demand: 1000, limits: [0, 1], sharer: 0),
      Allocator.Flow(demand: 1000, limits: [0], sharer: 1),
    ]
    allocator.run()
    #expect(abs(allocator.grants[0] - 10) < 0.001 && abs(allocator.grants[1] - 90) < 0.001)
  }

  @Test func nothingToGiveAndNothingAsked() {
    var allocator = Allocator()
    allocator.run()
    #expect(allocator.grants.isEmpty)
    #expect(shares(0, [(10, 5, 1), (0, 0, 2)]) == [0, 0])
    #expect(shares(-5, [(10, 5, 1)]) == [0])
  }

  private func random(_ dice: inout SplitMix64, upTo bound: UInt64) -> Int { Int(dice.next() % bound) }

  /// Never more than a limit has or than is asked for, nothing left while somebody could use it, guarantees kept.
  @Test func holdsForAnyFlows() {
    var dice = SplitMix64(seed: 42)
    for run in 0..<400 {
      var allocator = Allocator()
      let limits = 1 + random(&dice, upTo: 5)
      allocator.weights = (0..<4).map { _ in Double(1 + random(&dice, upTo: 9)) }
      var promised = Array(repeating: 0.0, count: limits)
      for index in 0..<(1 + random(&dice, upTo: 14)) {
        let crossed = (0..<limits).filter { _ in random(&dice, upTo: 2) == 0 }
        let guarantee = Double(random(&dice, upTo: 50))
        for limit in crossed { promised[limit] += guarantee }
        allocator.guarantees.append(guarantee)
        allocator.flows.append(
          Allocator.Flow(
            demand: Double(random(&dice, upTo: 300)), limits: crossed, guarantees: [index],
            priority: random(&dice, upTo: 3), sharer: random(&dice, upTo: 4)))
      }
      allocator.capacities = promised.map { $0 + Double(random(&dice, upTo: 400)) }
      let (capacities, guarantees) = (allocator.capacities, allocator.guarantees)
      allocator.run()
      var spent = Array(repeating: 0.0, count: limits)
      for (flow, grant) in zip(allocator.flows, allocator.grants) {
        for limit in flow.limits { spent[limit] += grant }
      }
      for limit in 0..<limits { #expect(spent[limit] <= capacities[limit] + 0.001, "run \(run)") }
      for (index, flow) in allocator.flows.enumerated() {
        let grant = allocator.grants[index]
        #expect(grant >= 0 && grant <= flow.demand + 0.001, "run \(run)")
        #expect(grant >= min(flow.demand, guarantees[index]) - 0.001, "run \(run): a guarantee")
        let hasRoom = flow.limits.allSatisfy { spent[$0] < capacities[$0] - 0.01 }
        #expect(!hasRoom || grant >= flow.demand - 0.01, "run \(run): left what could be used")
      }
    }
  }
}
