import Synchronization

/// One thread, one event loop, and the executor of every task that lives on it.
///
/// A connection's task, its sockets, buffers and timers stay on one ring for life, so none of them is ever
/// locked. An operation suspends its task; the task's continuation is what the kernel hands back, and the
/// task becomes a job in this ring's queue. Nothing on a ring may block.
///
/// A turn of the loop: take what other threads handed over, run the ready jobs, fire timers, then one call
/// into the kernel that submits everything those jobs asked for and collects what has completed.
// SAFETY: the mutable state below is touched by the ring's own thread only; `inbox`, `statistics` and
// the atomics are what other threads may use.
package final class Ring: TaskExecutor, SerialExecutor, @unchecked Sendable {
  /// Position in its group, from 0.
  package let index: Int
  /// The threads for work that blocks, shared by the group of rings.
  package let blocking: BlockingPool
  /// What this ring has done; readable from any thread.
  package let statistics = RingStatistics()

  /// Submission entries of io_uring, a power of two; completions have four times as many.
  let queueEntries: UInt32

  let inbox: Inbox
  let waker: Waker
  /// Tasks spawned and not finished.
  let liveTasks = Atomic<Int>(0)
  /// Set once, by shutdown.
  let stopRequested = Atomic<Bool>(false)

  /// Set when the thread is about to end: nothing runs on this ring any more.
  let hasEnded = Atomic<Bool>(false)

  // Ring-confined from here on.
  let jobs = JobQueue()
  var backend: any Backend
  var timers = TimerHeap()
  let wheel = DeadlineWheel()
  let messages = MessagePool()
  let sockets = SocketTable()
  var stopDeadline = Instant.distantFuture
  /// When the jobs of this turn have had their time.
  var burstEnd = Instant.distantFuture
  /// The time, read once per turn.
  package internal(set) var now: Instant {
    get { turnTime }
    set { turnTime = newValue }
  }
  /// Within the module, where the compiler sees that no two accesses overlap and leaves the run-time check out.
  private var turnTime = Instant.monotonic()
  /// True once shutdown has begun: sockets fail with ECANCELED and sleeps end at once.
  package internal(set) var isStopping = false
  /// The buffers of this ring. Ring-confined.
  package let buffers: BufferPool

  init(index: Int, blocking: BlockingPool, queueEntries: UInt32) throws(IOError) {
    self.index = index
    self.queueEntries = queueEntries
    self.blocking = blocking
    waker = try Waker()
    inbox = Inbox(waker: waker)
    backend = IdleBackend()
    buffers = BufferPool(statistics: statistics)
    // SAFETY: the pool lives in the ring and never outlives it.
    unsafe buffers.ring = self
  }

  /// The ring whose thread this is. Calling it anywhere else is a programming error.
  package static var current: Ring {
    guard let ring = currentIfAny else { preconditionFailure("not on a ring's thread") }
    return ring
  }

  /// The blocking pool of the current ring.
  package static var blocking: BlockingPool { current.blocking }

  /// The ring whose thread this is, or `nil` off the rings.
  package static var currentIfAny: Ring? { ThreadSlot.current }

  /// Whether the caller runs on this ring's thread.
  package var isCurrent: Bool { ThreadSlot.isCurrent(self) }
}
