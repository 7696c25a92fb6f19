import Testing

/// Files and functions stay small enough to be read in one sitting.
@Suite struct SizeTests {
  static let fileLinesMax = 500
  static let testFileLinesMax = 1_000
  static let functionLinesMax = 70
  static let lineLengthMax = 120

  @Test func filesAreSmall() throws {
    for file in try SourceTree.files(in: "Sources", extensions: ["swift", "c", "h"]) {
      #expect(file.lines.count <= Self.fileLinesMax, "\(file) has \(file.lines.count) lines")
    }
    for file in try SourceTree.files(in: "Tests", extensions: ["swift"])
      + SourceTree.files(in: "conformance", extensions: ["py"])
    {
      #expect(file.lines.count <= Self.testFileLinesMax, "\(file) has \(file.lines.count) lines")
    }
  }

  @Test func linesAreShort() throws {
    for file in try SourceTree.files(in: "Sources", extensions: ["swift"]) {
      for (number, line) in file.lines.enumerated() where line.count > Self.lineLengthMax {
        #expect(line.contains("://"), "\(file):\(number + 1) is \(line.count) columns wide")
      }
    }
  }

  @Test func functionsAreShort() throws {
    for file in try SourceTree.files(in: "Sources", extensions: ["swift"]) {
      for function in Self.functions(in: file.lines) {
        #expect(
          function.length <= Self.functionLinesMax,
          "\(file):\(function.line) is a function of \(function.length) lines")
      }
    }
  }

  @Test func findsALongFunction() {
    let lines = ["  func long() {"] + Array(repeating: "    work()", count: 80) + ["  }"]
    #expect(Self.functions(in: lines).map(\.length) == [82])
  }

  /// Functions and initialisers by indentation: from the line that declares one to the first line that
  /// closes it at the same depth, which the formatter guarantees.
  static func functions(in lines: [String]) -> [(line: Int, length: Int)] {
    var found: [(Int, Int)] = []
    for (index, line) in lines.enumerated() {
      let indent = line.prefix { $0 == " " }.count
      let words = line.split(whereSeparator: { " (<".contains($0) }).prefix(8)
      guard words.contains("func") || words.contains("init") || words.contains("deinit"),
        !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//"),
        !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("try ")
      else { continue }
      let close = String(repeating: " ", count: indent) + "}"
      guard let end = lines[(index + 1)...].firstIndex(where: { $0 == close }) else { continue }
      let between = lines[(index + 1)..<end]
      // A declaration without a body (in a protocol) is followed by another declaration first.
      if !line.hasSuffix("{"), between.prefix(4).allSatisfy({ !$0.hasSuffix("{") }) { continue }
      found.append((index + 1, end - index + 1))
    }
    return found
  }
}
