import CURing
import Glibc

/// The rings of a server, with their blocking pool: started together, stopped together.
package final class RingGroup: Sendable {
  /// The rings, by index.
  package let rings: [Ring]
  /// The threads for work that blocks.
  package let blocking: BlockingPool
  /// What `.auto` came down to: `.uring` or `.poll`.
  package let backendInUse: IOBackend
  /// Why io_uring was refused and what to do about it, when `.auto` fell back; else `nil`.
  package let backendNotice: String?
  private let threads: Locked<[Thread]>

  /// Starts `count` rings. With `pinned`, and as many rings as the process may use CPUs, each ring's thread
  /// is bound to one CPU. `queueEntries` is how many operations go to io_uring at a time, a power of two; more
  /// may be pending. Fails when threads or descriptors run out, or `.uring` is refused.
  package init(
    count: Int, backend: IOBackend, blockingThreads: Int = 4, pinned: Bool = false,
    queueEntries: Int = 1024
  ) throws(IOError) {
    let count = max(1, count)
    (backendInUse, backendNotice) = try BackendChoice.decide(backend, queueEntries: UInt32(queueEntries))
    blocking = try BlockingPool(threadCount: blockingThreads)
    var rings: [Ring] = []
    for index in 0..<count {
      rings.append(try Ring(index: index, blocking: blocking, queueEntries: UInt32(queueEntries)))
    }
    self.rings = rings
    let cpus = pinned ? CPUSet.allowed() : []
    var threads: [Thread] = []
    var failure: IOError?
    for ring in rings {
      let cpu = cpus.count == count ? cpus[ring.index] : nil
      do throws(IOError) {
        threads.append(try ring.startThread(backend: backendInUse, cpu: cpu))
      } catch {
        failure = error
        break
      }
    }
    self.threads = Locked(threads)
    if let failure {
      shutdown()
      throw failure
    }
  }

  /// Rings whose turns a simulation takes, and a blocking pool that works in place.
  init(simulated count: Int) throws(IOError) {
    (backendInUse, backendNotice) = (.poll, nil)
    blocking = BlockingPool.inPlace()
    var rings: [Ring] = []
    for index in 0..<count {
      rings.append(try Ring(index: index, blocking: blocking, queueEntries: 1))
    }
    self.rings = rings
    threads = Locked([])
  }

  deinit {
    // Without `shutdown()` the threads are asked to end, but not awaited: this may run on one of them.
    for ring in rings { ring.requestStop() }
  }

  /// Ends all rings and the blocking pool and waits for their threads: what is pending on sockets fails with
  /// ECANCELED, sleeps end, file operations finish, and tasks have 5 seconds to return. Not on a ring.
  package func shutdown() {
    precondition(Ring.currentIfAny == nil, "a ring cannot wait for its own end")
    for ring in rings { ring.requestStop() }
    let ending = threads.withLock {
      let list = $0
      $0 = []
      return list
    }
    for thread in ending { thread.join() }
    blocking.shutdown()
  }
}
