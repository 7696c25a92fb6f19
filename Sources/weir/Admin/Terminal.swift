import Glibc
import Synchronization

/// What a person at a terminal is asked and can do.
enum Terminal {
  /// Whether somebody is there to answer a question.
  static var isInteractive: Bool { isatty(0) == 1 && isatty(1) == 1 }

  /// Asks a question; anything but a yes is a no.
  static func confirm(_ question: String) -> Bool {
    print("\(question) [y/N] ", terminator: "")
    fflush(nil)
    return ["y", "yes"].contains((readLine() ?? "").lowercased())
  }
}

/// Ctrl-C, for commands that only watch something that goes on without them.
enum Interruption {
  private static let isPressed = Atomic<Bool>(false)

  /// Whether it was pressed since `watch`.
  static var isRequested: Bool { isPressed.load(ordering: .relaxed) }

  /// From now on ctrl-C is noted, and no longer ends the command.
  static func watch() {
    // Made here, since a signal handler must make nothing.
    isPressed.store(false, ordering: .relaxed)
    signal(SIGINT) { _ in Interruption.isPressed.store(true, ordering: .relaxed) }
  }

  /// Ctrl-C ends the command again.
  static func unwatch() { signal(SIGINT, SIG_DFL) }
}
