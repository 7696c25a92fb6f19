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

  /// What the conformance suite reads: every operation with its codes, and each of those among all codes.
  @Test func theTableIsJSON() throws {
    struct Table: Decodable {
      struct Operation: Decodable {
        let service, operation, log: String, built: Bool, errors, families: [String]
      }
      struct Family: Decodable { let service, family: String, errors: [String] }
      struct Word: Decodable { let service, code: String, status: Int }
      let operations: [Operation]
      let families: [Family]
      let errors: [Word]
    }
    let table = try JSONDecoder().decode(Table.self, from: Data(SupportMatrix.json.utf8))
    #expect(
      table.operations.count
        == OperationTable.rows.count + IAMAction.allCases.count + OSSOperationTable.rows.count)
    #expect(table.errors.count == S3ErrorCode.allCases.count + IAMErrorCode.allCases.count)
    for operation in table.operations where operation.built && operation.service != "oss" {
      let words = Set(table.errors.filter { $0.service == operation.service }.map(\.code))
      let families = Set(table.families.filter { $0.service == operation.service }.map(\.family))
      #expect(families.isSuperset(of: operation.families), "\(operation.operation)")
      #expect(!operation.errors.isEmpty && words.isSuperset(of: operation.errors), "\(operation.operation)")
    }
  }
}
