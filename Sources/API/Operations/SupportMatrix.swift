import HTTP

/// The table of operations as a document: `docs/support-matrix.md` and `weir operations` come from the same rows
/// as the router.
package enum SupportMatrix {
  /// Where AWS describes an operation.
  private static let reference = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_"

  /// The rows in the order of their names, those that are built first.
  package static var ordered: [OperationSpec] {
    OperationTable.rows.map(\.spec).sorted {
      ($0.isImplemented ? 0 : 1, $0.name) < ($1.isImplemented ? 0 : 1, $1.name)
    }
  }

  /// The page in Markdown.
  package static var markdown: String {
    let built = ordered.filter(\.isImplemented)
    let missing = ordered.filter { !$0.isImplemented }
    var text = """
      # Support matrix

      Generated from the table of operations (`weir operations --markdown`); a test holds this page against
      it. What is not built answers `501 NotImplemented`.

      ## S3: built (\(built.count))

      | operation | method | scope | action |
      |---|---|---|---|

      """
    for spec in built {
      text += "| [\(spec.name)](\(reference)\(spec.name).html) | \(spec.method.name) | \(scope(spec))"
      text += " | `\(spec.action)` |\n"
    }
    text += """

      ## IAM: built (\(IAMAction.allCases.count))

      On the same port, for requests signed for the service `iam`:
      \(IAMAction.allCases.map(\.rawValue).joined(separator: ", ")).

      ## S3: not built (\(missing.count))

      \(missing.map(\.name).joined(separator: ", ")).

      """
    return text
  }

  /// A line of JSON for each operation, in one array.
  package static var json: String {
    let rows = ordered.map { spec in
      "{\"operation\":\"\(spec.name)\",\"method\":\"\(spec.method.name)\",\"scope\":\"\(scope(spec))\""
        + ",\"action\":\"\(spec.action)\",\"built\":\(spec.isImplemented)}"
    }
    return "[\(rows.joined(separator: ",\n"))]"
  }

  private static func scope(_ spec: OperationSpec) -> String {
    switch spec.scope {
    case .service: "service"
    case .bucket: "bucket"
    case .object: "object"
    }
  }
}
