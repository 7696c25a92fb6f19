import HTTP
import Testing

@testable import API

@Suite struct OperationTableTests {
  private static let specs = OperationTable.rows.map(\.spec)

  /// Every operation of the model is a row, built or not, and no row is made up but the form upload.
  @Test func holdsEveryOperationOfTheModel() {
    let names = Self.specs.flatMap { [$0.name] + $0.aliases }
    #expect(names.count == Set(names).count)
    #expect(Set(names) == Set(modelledOperations.map(\.name) + ["PostObject"]))
  }

  @Test func agreesWithTheModel() throws {
    for operation in modelledOperations where operation.name != "WriteGetObjectResponse" {
      let spec = try #require(Self.specs.first { ([$0.name] + $0.aliases).contains(operation.name) })
      #expect(spec.method.name == operation.method, "\(operation.name)")
      #expect("\(spec.scope)" == operation.scope, "\(operation.name)")
      let fixed =
        (spec.subresource.map { ["\($0)"] } ?? [])
        + spec.parameters.compactMap { parameter in parameter.value.map { "\(parameter.name)=\($0)" } }
      for query in operation.query where query != "select-type=2" {
        #expect(fixed.contains(query), "\(operation.name) needs \(query)")
      }
    }
  }

  /// A request names one sub-resource at most, so rows can only meet when theirs is the same.
  @Test func noTwoRowsOfOneSpecificityMeet() {
    for (index, a) in Self.specs.enumerated() {
      for b in Self.specs[(index + 1)...]
      where a.method == b.method && a.scope == b.scope && a.specificity == b.specificity {
        let subresources = [a.subresource, b.subresource].map { $0.map { "\($0)" } }
        #expect(subresources[0] != subresources[1], "\(a.name) and \(b.name)")
      }
    }
  }

  @Test func builtRowsRunAndTheOthersDoNot() {
    for row in OperationTable.rows { #expect((row.run != nil) == row.spec.isImplemented, "\(row.spec.name)") }
    #expect(OperationTable.implemented.count == 44)
  }

  @Test func everyRowSaysWhatItNeeds() {
    for spec in Self.specs {
      #expect(spec.action.contains(":"), "\(spec.name)")
      #expect(spec.logName.hasPrefix("REST."), "\(spec.name)")
      #expect(spec.makesBucket == (spec.name == "CreateBucket"))
      #expect(!spec.looksBack || spec.method == .get || spec.method == .head || spec.name.contains("Copy"))
    }
  }
}
