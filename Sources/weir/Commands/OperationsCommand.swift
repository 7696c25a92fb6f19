import API
import ArgumentParser
import HTTP

/// `weir operations`: what of S3 is built.
struct OperationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operations", abstract: "List the operations of the API and whether they are built.")

  @Flag(help: "Print JSON.")
  var json = false
  @Flag(help: "Print the support matrix as Markdown.")
  var markdown = false

  func run() {
    if json { return print(SupportMatrix.json) }
    if markdown { return print(SupportMatrix.markdown, terminator: "") }
    var table = TextTable(columns: ["OPERATION", "METHOD", "ACTION", "BUILT"])
    for spec in SupportMatrix.ordered {
      table.add([spec.name, spec.method.name, spec.action, spec.isImplemented ? "yes" : "no (501)"])
    }
    print(table.text, terminator: "")
  }
}
