import Testing

/// What may not be written in `Sources`, and what to write instead.
@Suite struct BannedCallTests {
  /// A text, the reason, and the targets where it is allowed.
  static let banned: [(text: String, instead: String, allowed: Set<String>)] = [
    ("try!", "handle the error", []),
    ("as!", "use as? and handle nil", []),
    ("fatalError(", "throw, or precondition for a programmer's error", []),
    ("DispatchQueue", "a Ring or the BlockingPool", []),
    ("Task.detached", "Ring.spawn", []),
    ("Thread.sleep", "Ring.sleep", []),
    ("DateFormatter", "Timestamp", []),
    ("JSONEncoder", "a byte writer, or keep it in a subcommand", ["weir", "Bench"]),
    ("print(", "the logger, or FileHandle in a subcommand", ["weir"]),
    ("FIXME", "mend it", []),
    ("XXX", "say it in words", []),
  ]

  @Test func noBannedCalls() throws {
    for file in try SourceTree.files(in: "Sources", extensions: ["swift"]) {
      for (number, line) in file.lines.enumerated() {
        let code = line.split(separator: "//", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        for rule in Self.banned where !rule.allowed.contains(file.target) && Self.uses(code, rule.text) {
          Issue.record("\(file):\(number + 1): \(rule.text) is banned: \(rule.instead)")
        }
      }
    }
  }

  /// Whether `text` stands in `code` as a word of its own.
  static func uses(_ code: String, _ text: String) -> Bool {
    guard let range = code.firstRange(of: text) else { return false }
    guard range.lowerBound > code.startIndex else { return true }
    let before = code[code.index(before: range.lowerBound)]
    return !(before.isLetter || before.isNumber || before == "_")
  }

  @Test func findsABannedCall() {
    #expect(Self.uses("    try! work()", "try!"))
    #expect(!Self.uses("fingerprint(x)", "print("))
  }

  /// Every audited escape from the compiler's checks says why it is right.
  @Test func escapesAreExplained() throws {
    for file in try SourceTree.files(in: "Sources", extensions: ["swift"]) {
      for (number, line) in file.lines.enumerated()
      where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
        let before = file.lines[max(0, number - 12)...number]
        #expect(
          before.contains { $0.contains("SAFETY") },
          "\(file):\(number + 1) needs a // SAFETY: comment above it")
      }
    }
  }

  /// Files that use `unsafe` explain it at least once.
  @Test func unsafeFilesExplainThemselves() throws {
    for file in try SourceTree.files(in: "Sources", extensions: ["swift"])
    where file.lines.contains(where: { $0.contains("unsafe ") && !$0.contains("//") }) {
      #expect(file.lines.contains { $0.contains("SAFETY:") }, "\(file) uses unsafe without SAFETY:")
    }
  }

  @Test func everyTargetHasAReadme() throws {
    for target in LayerTests.layers.keys.sorted() where LayerTests.layers[target] != 0 && target != "weir" {
      let text = try SourceTree.text("Sources/\(target)/README.md")
      #expect(text.count > 200, "Sources/\(target)/README.md says too little")
    }
  }
}
