import Foundation
import Testing

@testable import API

@Suite struct SupportMatrixTests {
  @Test func thePageInDocsIsTheTable() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent("docs/support-matrix.md")
    let text = try String(decoding: Data(contentsOf: file), as: Unicode.UTF8.self)
    #expect(
      text == SupportMatrix.markdown, "write it anew: bin/weir operations --markdown > docs/support-matrix.md"
    )
  }
}
