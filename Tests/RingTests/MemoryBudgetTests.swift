import Testing

@testable import Ring

struct MemoryBudgetTests {
  @Test func nothingIsClaimedBeyondTheLimit() {
    let budget = MemoryBudget(limit: 1_000)
    let claim = MemoryClaim(budget)
    #expect(claim.grow(by: 300, for: .connection) && claim.grow(by: 700, for: .request))
    #expect(!claim.grow(by: 1, for: .request))
    #expect(budget.used == 1_000 && claim.bytes == 1_000 && budget.refused(.request) == 1)
    claim.endRequest(keeping: 200)
    #expect(budget.used == 200 && claim.bytes == 200 && budget.peak == 1_000)
    claim.endRequest(keeping: 500)
    #expect(claim.bytes == 200, "giving back does not claim")
  }

  /// Connections and large buffers at their most leave an eighth to small requests.
  @Test func noneCanKeepOutSmallRequests() {
    let unit = MemoryBudget.smallMax
    let budget = MemoryBudget(limit: 16 * unit)
    let large = MemoryClaim(budget)
    #expect(large.grow(by: 8 * unit, for: .upload))
    for purpose in [MemoryBudget.Purpose.document, .upload, .download] {
      #expect(!large.grow(by: unit + 1, for: purpose))
      #expect(budget.refused(purpose) == 1)
    }
    let connections = MemoryClaim(budget)
    #expect(connections.grow(by: 6 * unit, for: .connection))
    #expect(!connections.grow(by: 1, for: .connection))
    let small = MemoryClaim(budget)
    #expect(small.grow(by: unit, for: .request) && small.grow(by: unit, for: .upload))
    #expect(!small.grow(by: 1, for: .request))
    #expect(budget.used == budget.limit)
    large.endRequest(keeping: 0)
    #expect(small.grow(by: 8 * unit, for: .download), "a share's ceiling is free again")
  }

  @Test func whatIsDroppedIsGivenBack() {
    let budget = MemoryBudget(limit: 1_000)
    do {
      let claim = MemoryClaim(budget)
      #expect(claim.grow(by: 500, for: .download) && claim.grow(by: 100, for: .connection))
    }
    #expect(budget.used == 0)
    let claim = MemoryClaim(budget)
    #expect(claim.grow(by: 375, for: .connection), "and so is its share")
  }

  @Test func ringsClaimAtTheSameTime() async {
    let budget = MemoryBudget(limit: 1_000)
    let taken = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var taken = 0
          for _ in 0..<1_000 {
            let claim = MemoryClaim(budget)
            if claim.grow(by: 300, for: .request) {
              taken += 1
              precondition(budget.used >= 300)
            }
          }
          return taken
        }
      }
      return await group.reduce(0, +)
    }
    #expect(budget.used == 0 && taken > 0)
    #expect(UInt64(taken) + budget.refused(.request) == 8_000 && budget.peak <= 1_000)
  }
}
