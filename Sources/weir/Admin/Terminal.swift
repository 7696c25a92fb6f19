import Glibc
import Synchronization

/// What a person at a terminal is asked and can do.
enum Terminal {
  /// The command as it was called, for commands that are to be pasted back.
  static var command: String { quoted(CommandLine.arguments.first ?? "weir") }

  /// A word as a shell takes it.
  static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: "@"):
        true
      default: false
      }
    }
    return plain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  /// A number of things, with their name in the plural where it has one.
  static func count(_ number: some BinaryInteger, _ what: String) -> String {
    "\(number) \(what)\(number == 1 ? "" : "s")"
  }

  /// Whether somebody is there to answer a question.
  static var isInteractive: Bool { isatty(0) == 1 && isatty(1) == 1 }

  /// Asks a question; anything but a yes is a no.
  /// What was typed, or pasted, before it was asked is no answer.
  static func confirm(_ question: String) -> Bool {
    tcflush(0, TCIFLUSH)
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
