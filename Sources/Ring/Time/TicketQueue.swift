/// Tasks of one ring that wait for a number to be reached, in the order of their numbers. Ring-confined.
package final class TicketQueue {
  @safe private struct Waiter {
    let ticket: UInt64
    let continuation: UnsafeContinuation<UInt64, Never>
  }

  private var waiters: [Waiter] = []
  /// Where in `waiters` the first one is that still waits.
  private var head = 0

  package init() {}

  package var isEmpty: Bool { head == waiters.count }

  /// Suspends the calling task until `release` reaches `ticket`, which is not below those that wait already.
  package func wait(for ticket: UInt64) async {
    // SAFETY: `release` takes each waiter out once, and resumes it then.
    _ = await unsafe suspend { continuation in
      unsafe waiters.append(Waiter(ticket: ticket, continuation: continuation))
    }
  }

  /// Makes those ready whose number is reached. True when nobody is left.
  @discardableResult
  package func release(upTo number: UInt64) -> Bool {
    while head < waiters.count, waiters[head].ticket <= number {
      // SAFETY: behind `head`, so never looked at again.
      unsafe waiters[head].continuation.resume(returning: 0)
      head += 1
    }
    if head == waiters.count {
      waiters.removeAll(keepingCapacity: waiters.capacity <= 64)
      head = 0
    } else if head > 256 {
      waiters.removeFirst(head)
      head = 0
    }
    return waiters.isEmpty
  }
}
