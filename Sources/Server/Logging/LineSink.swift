import Glibc
import Ring
import Synchronization

/// Writes lines to a file descriptor from a thread of its own, so that whoever logs never waits for a
/// disk or a terminal.
///
/// What the descriptor does not take stays queued up to `backlogBytesMax`; beyond it, and when a write fails,
/// lines are dropped and counted.
package final class LineSink: Sendable {
  /// Bytes that may wait to be written.
  static let backlogBytesMax = 8 << 20
  /// How long a line may wait before it is written.
  static let flushInterval: UInt32 = 100_000  // microseconds

  private struct State: Sendable {
    var waiting: [UInt8] = []
    var descriptor: Int32
    var closing = false
    var dropped = 0
  }

  private let state: Locked<State>
  private let path: String?
  private let finished = Atomic<Bool>(false)

  /// A sink to an open descriptor that it does not own, such as standard error.
  package init(descriptor: Int32) {
    path = nil
    state = Locked(State(descriptor: descriptor))
    start()
  }

  /// A sink that appends to the file at `path`. - Throws: when it cannot be opened.
  package init(path: String) throws(ConfigurationError) {
    self.path = path
    let descriptor = try LineSink.openForAppend(path)
    state = Locked(State(descriptor: descriptor))
    start()
  }

  /// Queues one line, which ends with its newline.
  package func write(_ line: [UInt8]) {
    state.withLock {
      guard $0.waiting.count + line.count <= LineSink.backlogBytesMax else {
        $0.dropped += 1
        return
      }
      $0.waiting.append(contentsOf: line)
    }
  }

  /// Lines that were dropped because nothing took them, or their disk was full.
  package var droppedLines: Int { state.withLock { $0.dropped } }

  /// Opens the file anew, so that a rotated log is let go of. The descriptor keeps its number: the thread may be
  /// about to write to it.
  package func reopen() throws(ConfigurationError) {
    guard let path else { return }
    let fresh = try LineSink.openForAppend(path)
    defer { Glibc.close(fresh) }
    let own = state.withLock { $0.descriptor }
    guard dup2(fresh, own) >= 0 else {
      throw ConfigurationError("the log file \(path) cannot be opened: errno \(errno)")
    }
    // dup2(2) does not hand the flag on.
    _ = fcntl(own, F_SETFD, FD_CLOEXEC)
  }

  /// Writes what waits and ends the thread.
  package func close() {
    state.withLock { $0.closing = true }
    while !finished.load(ordering: .acquiring) { usleep(1_000) }
  }

  private static func openForAppend(_ path: String) throws(ConfigurationError) -> Int32 {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else {
      // SAFETY: strerror returns a NUL-terminated string that is copied at once.
      let reason = unsafe String(cString: strerror(errno))
      throw ConfigurationError("the log file \(path) cannot be opened: \(reason)")
    }
    return descriptor
  }

  private func start() {
    BackgroundThread.start { [self] in
      while true {
        let (bytes, descriptor, closing) = state.withLock { state in
          let bytes = state.waiting
          state.waiting.removeAll(keepingCapacity: bytes.count < 1 << 20)
          return (bytes, state.descriptor, state.closing)
        }
        let written = LineSink.writeAll(bytes, to: descriptor)
        if written < bytes.count {
          // A line that was cut off counts with those behind it.
          let lost = bytes[written...].count { $0 == UInt8(ascii: "\n") }
          state.withLock { $0.dropped += lost }
        }
        if bytes.isEmpty {
          if closing { break }
          usleep(LineSink.flushInterval)
        }
      }
      finished.store(true, ordering: .releasing)
    }
  }

  /// Returns how many bytes were written: all but for an error.
  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int {
    // SAFETY: the pointer stays inside the closure and every write is bounded by what is left of it.
    unsafe bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = unsafe Glibc.write(
          descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
        if count > 0 {
          done += count
        } else if errno != EINTR {
          return done
        }
      }
      return done
    }
  }
}

/// A thread that runs one closure.
enum BackgroundThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  static func start(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    // SAFETY: the retained box is taken back, once, by the thread that receives it.
    let box = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
    let result = unsafe pthread_create(
      &thread, nil,
      { raw in
        if let raw = unsafe raw { unsafe Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body() }
        return nil
      }, box)
    precondition(result == 0, "a thread could not be started: \(result)")
    pthread_detach(thread)
  }
}
