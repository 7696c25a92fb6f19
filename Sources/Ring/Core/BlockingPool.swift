import Glibc

/// A few threads for work that blocks: file systems, databases, name resolution. First in, first out.
package final class BlockingPool: Sendable {
  /// Threads of the pool.
  package let threadCount: Int
  private let queue = BlockingQueue()
  private let threads: Locked<[Thread]>

  /// Starts `threadCount` threads, at least one.
  package init(threadCount: Int) throws(IOError) {
    self.threadCount = max(1, threadCount)
    var started: [Thread] = []
    let queue = queue
    for index in 0..<max(1, threadCount) {
      do throws(IOError) {
        started.append(
          try Thread(name: "weir-block-\(index)") { while let work = queue.next() { work() } })
      } catch {
        queue.close()
        for thread in started { thread.join() }
        throw error
      }
    }
    threads = Locked(started)
  }

  /// A pool without threads: work runs where it is submitted.
  private init() {
    threadCount = 0
    threads = Locked([])
    queue.close()
  }

  /// A pool without threads, for a simulation: work runs where it is submitted.
  static func inPlace() -> BlockingPool { BlockingPool() }

  deinit {
    queue.close()
    // Nobody waits for what may hang, a name server say; without this what the threads leave behind would stay.
    for thread in threads.withLock({ $0 }) { thread.detach() }
  }

  /// Runs `body` on a thread of the pool and returns its value on the caller's executor. From anywhere.
  package func run<R: Sendable>(_ body: @Sendable @escaping () -> R) async -> R {
    // SAFETY: the work item resumes the continuation exactly once; a closed pool runs it here and now.
    await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<R, Never>) in
      submit { unsafe continuation.resume(returning: body()) }
    }
  }

  /// Queues work without waiting for it.
  func submit(_ work: @escaping @Sendable () -> Void) {
    if !queue.add(work) { work() }
  }

  /// Work items that wait for a thread now.
  package var queued: Int { queue.count }
  /// Work items finished or running, since the start.
  package var started: UInt64 { queue.started }

  /// Finishes what is queued and ends the threads. Work that comes later runs on its caller's thread.
  package func shutdown() {
    queue.close()
    let ending = threads.withLock {
      let list = $0
      $0 = []
      return list
    }
    for thread in ending { thread.join() }
  }
}
