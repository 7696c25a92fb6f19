import Foundation
import Glibc

/// One line on a terminal's standard error that is written over; nothing where it is no terminal.
struct ProgressLine: Sendable {
  private let isShown = isatty(2) == 1
  private static let width = 30

  /// Shows a text in place of what was shown.
  func show(_ text: String) {
    if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8)) }
  }

  /// Shows how much of something is done, as a bar; a total of 0 is not known yet.
  func show(_ what: String, _ done: UInt64, _ total: UInt64, _ note: String = "") {
    let share = total == 0 ? 0 : min(1, Double(done) / Double(total))
    let filled = Int(share * Double(Self.width))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
    show("\(what.padding(toLength: 9, withPad: " ", startingAt: 0)) [\(bar)] \(Int(share * 100)) %  \(note)")
  }

  /// Takes the line away.
  func clear() { show("") }
}
