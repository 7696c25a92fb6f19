import CURing
import Synchronization

extension Ring {
  /// Starts the ring's thread and waits until its backend stands.
  func startThread(backend kind: IOBackend, cpu: Int?) throws(IOError) -> Thread {
    let started = StartGate()
    let thread = try Thread(name: "weir-ring-\(index)") {
      if let cpu { _ = weir_pin_thread(Int32(cpu)) }
      ThreadSlot.enter(self)
      defer { ThreadSlot.leave() }
      do throws(IOError) {
        self.backend = try BackendChoice.make(kind, ring: self)
      } catch {
        started.open(error)
        return
      }
      self.now = self.backend.clock()
      self.wheel.start(at: self.now)
      started.open(nil)
      self.loop()
      self.inbox.close()
      self.backend.shutDown()
      self.backend = IdleBackend()
      self.hasEnded.store(true, ordering: .releasing)
    }
    if let error = started.wait() {
      thread.join()
      throw error
    }
    return thread
  }
}

/// Where the starter of a ring waits for it.
private final class StartGate: Sendable {
  private let queue = BlockingQueue()
  private let failure = Locked<IOError?>(nil)

  func open(_ error: IOError?) {
    failure.withLock { $0 = error }
    queue.close()
  }

  func wait() -> IOError? {
    _ = queue.next()
    return failure.withLock { $0 }
  }
}
