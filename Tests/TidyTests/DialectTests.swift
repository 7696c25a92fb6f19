import Testing

/// Which dialect a request speaks is nobody's question outside of the dialects' own folders: there a dialect is a value,
/// and what differs is a field of it.
@Suite struct DialectTests {
  private static let own = ["Sources/API/S3/", "Sources/API/OSS/"]

  /// Whether a line asks which dialect it has.
  static func asks(_ line: String) -> Bool {
    let code = line.split(separator: "//", omittingEmptySubsequences: false).first ?? ""
    return ["== Dialect.", "=== .s3", "=== .oss", "!== .s3", "!== .oss", "dialect.name =="].contains {
      code.contains($0)
    }
  }

  @Test func nobodyAsksWhichOneItIs() throws {
    for file in try SourceTree.files(in: "Sources/API", extensions: ["swift"])
    where !Self.own.contains(where: { file.path.hasPrefix($0) }) {
      for (number, line) in file.lines.enumerated() where Self.asks(line) {
        Issue.record("\(file):\(number + 1) asks for the dialect: make it a field of Dialect")
      }
    }
  }

  @Test func findsAQuestion() {
    #expect(Self.asks("    self = dialect === Dialect.oss ? .oss : .s3"))
    #expect(Self.asks("    guard request.dialect !== .s3 else { return }"))
    #expect(!Self.asks("    case .oss: try authenticator.authenticateOSS(head)  // === Dialect.oss"))
  }
}
