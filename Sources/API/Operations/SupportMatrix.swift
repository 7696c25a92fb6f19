import HTTP

/// The table of operations as a document: `docs/support-matrix.md` and `weir operations` come from the same rows
/// as the router.
package enum SupportMatrix {
  /// Where AWS describes an operation.
  private static let reference = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
  private static let iamReference = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_"

  private static let ossReference = "https://www.alibabacloud.com/help/en/oss/developer-reference/"

  /// OSS's rows in the order of their names, those that are built first.
  static var orderedOSS: [OperationRow] {
    OSSOperationTable.rows.sorted { ($0.run == nil ? 1 : 0, $0.name) < ($1.run == nil ? 1 : 0, $1.name) }
  }

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

      The errors are those of the operation itself. [What operations have in common](#errors-in-common) can be met
      too.

      | operation | method | scope | action | errors |
      |---|---|---|---|---|

      """
    for spec in built {
      // The one operation that is in no service model.
      let page = spec === PostObject.spec ? "RESTObjectPOST" : "API_\(spec.name)"
      text += "| [\(spec.name)](\(reference)\(page).html) | \(spec.method.name) | \(scope(spec))"
      text += " | `\(spec.action)` | \(spec.errors.map(\.name).joined(separator: ", ")) |\n"
    }
    text += """

      ## Errors in common

      A request can meet them before its operation runs, or while its body comes. OSS has
      [its own names](oss.md#where-s3-and-oss-disagree) for some.

      | met by | errors |
      |---|---|

      """
    for family in ErrorFamily.allCases {
      text += "| \(family.summary) | \(family.codes.map(\.name).joined(separator: ", ")) |\n"
    }
    text += """

      ## IAM: built (\(IAMAction.allCases.count))

      On the same port, for requests signed for the service `iam`.

      | action | errors |
      |---|---|

      """
    for action in IAMAction.allCases {
      text += "| [\(action.rawValue)](\(iamReference)\(action.rawValue).html) | "
      text += "\(action.errors.map(\.rawValue).joined(separator: ", ")) |\n"
    }
    let (ossBuilt, ossMissing) = (orderedOSS.filter { $0.run != nil }, orderedOSS.filter { $0.run == nil })
    text += """

      ## OSS: built (\(ossBuilt.count))

      On the same port and the same data; see [oss.md](oss.md).

      | operation | method | scope | S3's name | errors |
      |---|---|---|---|---|

      """
    for row in ossBuilt {
      text += "| [\(row.name)](\(ossReference)\(row.name.lowercased())) | \(row.spec.method.name)"
      text += " | \(scope(row.spec)) | \(isShared(row) ? row.spec.name : "–")"
      text += " | \(ossCodes(row).joined(separator: ", ")) |\n"
    }
    text += """

      ## S3: not built (\(missing.count))

      \(missing.map(\.name).joined(separator: ", ")).

      ## OSS: not built (\(Set(ossMissing.map(\.name)).count))

      These answer `400 NotImplemented`, as OSS does.

      \(Set(ossMissing.map(\.name)).sorted().joined(separator: ", ")).

      """
    return text
  }

  /// Whether S3 has the operation as well.
  private static func isShared(_ row: OperationRow) -> Bool {
    OperationTable.implemented.contains { $0.spec === row.spec }
  }

  /// What OSS's clients are told when an operation fails.
  static func ossCodes(_ row: OperationRow) -> [String] {
    let codes = row.spec.errors.filter { !row.unmet.contains($0) }.map {
      ossCode($0, isRead: row.spec !== Preflight.spec)
    }
    return Set(codes + row.ownCodes).sorted()
  }

  /// OSS's name of a code, met by a request that has been read or by one that has not.
  static func ossCode(_ code: S3ErrorCode, isRead: Bool) -> String {
    var context = RefusalContext(identifiers: RequestIdentifiers(requestID: [], hostID: []))
    context.isRead = isRead
    return OSSErrors.refusal(S3Error(code), context).code
  }

  /// What the operation addresses, in a word.
  static func scope(_ spec: OperationSpec) -> String {
    switch spec.scope {
    case .service: "service"
    case .bucket: "bucket"
    case .object: "object"
    }
  }
}
