import Foundation
import Testing

/// docs/durability.md names a test for each of its claims: they are there.
@Suite struct NamedTestTests {
  @Test func everyNamedTestExists() throws {
    let text = try SourceTree.text("docs/durability.md")
    let makefile = try SourceTree.text("Makefile")
    let swift = try SourceTree.files(in: "Tests", extensions: ["swift"])
    var seen = 0
    // Code spans are every second part between back ticks.
    for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
    where index % 2 == 1 {
      let name = String(part)
      if name.hasPrefix("make ") {
        #expect(makefile.contains("\n\(name.dropFirst(5)):"), "\(name) is no target")
      } else if name.hasPrefix("conformance/") {
        let pieces = name.components(separatedBy: "::")
        guard pieces[0] != "conformance/" else { continue }
        let file = try? SourceTree.text(pieces[0])
        #expect(file != nil, "\(name): no such file")
        if pieces.count > 1 { #expect(file?.contains("def \(pieces[1])(") == true, "\(name): no such test") }
      } else if let suite = name.split(separator: ".").first, suite.hasSuffix("Tests") {
        let file = swift.first { $0.lines.contains { $0.contains("struct \(suite)") } }
        #expect(file != nil, "\(name): no such suite")
        if let test = name.split(separator: ".").dropFirst().first {
          let isThere = file?.lines.contains { $0.contains("func \(test)(") } == true
          #expect(isThere, "\(name): no such test")
        }
      } else {
        continue
      }
      seen += 1
    }
    #expect(seen > 20)
  }
}
