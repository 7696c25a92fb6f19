import Synchronization

/// The memory that the clients of a server may make it hold, all together, in bytes. What is claimed is an upper
/// bound of what is used: a claim is made before the memory is taken, and what is refused is never taken.
///
/// Open connections may have three eighths of it, large buffers half: neither those who hold a connection for an hour
/// nor those who take a minute for a megabyte can keep out a request that is answered at once.
package final class MemoryBudget: Sendable {
  /// What memory is claimed for, as metrics name it.
  package enum Purpose: String, Sendable, CaseIterable {
    /// An open connection, and the head that it is sending.
    case connection
    /// A request being answered: its head, the buffers of a small body and a small reply.
    case request
    /// A body that is read whole, and what it is parsed into.
    case document
    /// The buffers between a client and the disk while an object is received.
    case upload
    /// The buffers between the disk and a client, or a large reply that is sent from memory.
    case download
  }

  /// Claims that share a ceiling.
  enum Share: Int, CaseIterable {
    case connections
    case small
    case large
  }

  /// Bytes of the largest claim that is small.
  package static let smallMax = 64 << 10

  /// Bytes in all.
  package let limit: Int
  private let total = Atomic<Int>(0)
  private let highest = Atomic<Int>(0)
  private let shares = InlineArray<3, Atomic<Int>> { _ in Atomic<Int>(0) }
  private let ceilings: InlineArray<3, Int>
  private let refusals = InlineArray<5, Atomic<UInt64>> { _ in Atomic<UInt64>(0) }

  /// A budget of `limit` bytes.
  package init(limit: Int) {
    precondition(Purpose.allCases.count == 5 && Share.allCases.count == 3)
    self.limit = limit
    ceilings = [limit / 8 * 3, limit, limit / 2]
  }

  /// A budget that refuses nothing, for listeners that only an operator reaches, and for tests.
  package static var unlimited: MemoryBudget { MemoryBudget(limit: .max / 4) }

  /// Bytes claimed now.
  package var used: Int { total.load(ordering: .relaxed) }

  /// The most bytes that were ever claimed at a time.
  package var peak: Int { highest.load(ordering: .relaxed) }

  /// Claims that were refused.
  package func refused(_ purpose: Purpose) -> UInt64 {
    refusals[Self.index(purpose)].load(ordering: .relaxed)
  }

  /// Claims `bytes` and says of which share, or counts a refusal. Every claim is given back by `release`.
  func claim(_ bytes: Int, for purpose: Purpose) -> Share? {
    let share: Share = purpose == .connection ? .connections : bytes <= Self.smallMax ? .small : .large
    guard add(bytes, to: share) else {
      refusals[Self.index(purpose)].add(1, ordering: .relaxed)
      return nil
    }
    return share
  }

  private func add(_ bytes: Int, to share: Share) -> Bool {
    // The small ones have no ceiling of their own: one addition is enough for most requests.
    if share != .small {
      let sum = shares[share.rawValue].add(bytes, ordering: .relaxed).newValue
      guard sum <= ceilings[share.rawValue] else {
        shares[share.rawValue].subtract(bytes, ordering: .relaxed)
        return false
      }
    }
    let sum = total.add(bytes, ordering: .relaxed).newValue
    guard sum <= limit else {
      release(bytes, of: share)
      return false
    }
    if sum > highest.load(ordering: .relaxed) { highest.max(sum, ordering: .relaxed) }
    return true
  }

  func release(_ bytes: Int, of share: Share) {
    if share != .small { shares[share.rawValue].subtract(bytes, ordering: .relaxed) }
    total.subtract(bytes, ordering: .relaxed)
  }

  private static func index(_ purpose: Purpose) -> Int { Purpose.allCases.firstIndex(of: purpose) ?? 0 }
}

/// What one connection has claimed of a budget; goes back when it is dropped at the latest. Ring-confined.
package final class MemoryClaim {
  private let budget: MemoryBudget
  /// Bytes by share.
  private var claimed: InlineArray<3, Int> = [0, 0, 0]

  /// A claim of nothing yet.
  package init(_ budget: MemoryBudget) { self.budget = budget }

  deinit {
    for share in MemoryBudget.Share.allCases { shrink(share, to: 0) }
  }

  /// Bytes claimed.
  package var bytes: Int { claimed[0] + claimed[1] + claimed[2] }

  /// Claims `more` bytes on top. False, and nothing has changed, where the budget does not have them.
  package func grow(by more: Int, for purpose: MemoryBudget.Purpose) -> Bool {
    guard let share = budget.claim(more, for: purpose) else { return false }
    claimed[share.rawValue] += more
    return true
  }

  /// Gives back all but `connectionBytes` of what the connection itself takes: the request is over.
  package func endRequest(keeping connectionBytes: Int) {
    shrink(.small, to: 0)
    shrink(.large, to: 0)
    shrink(.connections, to: connectionBytes)
  }

  private func shrink(_ share: MemoryBudget.Share, to count: Int) {
    let excess = claimed[share.rawValue] - count
    guard excess > 0 else { return }
    budget.release(excess, of: share)
    claimed[share.rawValue] = count
  }
}
