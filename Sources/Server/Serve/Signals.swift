import Glibc

/// Signals, taken by the main thread alone: blocked everywhere else before any thread starts.
enum Signals {
  enum Event {
    case terminate
    case hangUp
  }

  private static let awaited = [SIGTERM, SIGINT, SIGHUP]

  /// Blocks the awaited signals for this thread and all that it starts, and ignores SIGPIPE: a client that went
  /// away is an error of a send, not the end of the server.
  static func block() {
    var set = Signals.set
    // SAFETY: the set outlives the call.
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  /// Waits for the next one.
  static func next() -> Event {
    var set = Signals.set
    var number: Int32 = 0
    // SAFETY: both locals outlive the call.
    while unsafe sigwait(&set, &number) != 0 {}
    return number == SIGHUP ? .hangUp : .terminate
  }

  private static var set: sigset_t {
    var set = sigset_t()
    // SAFETY: the set is a local.
    unsafe sigemptyset(&set)
    for number in awaited { unsafe sigaddset(&set, number) }
    return set
  }
}
