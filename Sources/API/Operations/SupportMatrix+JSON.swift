import HTTP

extension SupportMatrix {
  /// The operations, the families of errors and every error code of the server, a line of JSON for each.
  package static var json: String {
    let operations = ordered.map { spec in
      operation("s3", spec.name, spec, .s3, isBuilt: spec.isImplemented, spec.errors.map(\.name))
    }
    let actions = IAMAction.allCases.map { action in
      line([
        text("service", "iam"), text("operation", action.rawValue), text("method", "POST"),
        text("scope", "service"), text("action", action.spec.action), text("log", action.spec.logName),
        "\"built\":true", list("errors", action.errors.map(\.rawValue)), list("families", ["action"]),
      ])
    }
    let oss = orderedOSS.map { row in
      let isBuilt = row.run != nil
      return operation("oss", row.name, row.spec, .oss, isBuilt: isBuilt, isBuilt ? ossCodes(row) : [])
    }
    let codes = S3ErrorCode.allCases.map { code($0.isOfOSS ? "oss" : "s3", $0.name, $0.status) }
    let words = IAMErrorCode.allCases.map { code("iam", $0.rawValue, $0.status) }
    return """
      {"operations":[
      \((operations + actions + oss).joined(separator: ",\n"))],
      "families":[
      \(families.joined(separator: ",\n"))],
      "errors":[
      \((codes + words).joined(separator: ",\n"))]}
      """
  }

  /// An operation, with what a request needs to be one: `query` and `headers`.
  private static func operation(
    _ service: String, _ name: String, _ spec: OperationSpec, _ dialect: Dialect, isBuilt: Bool,
    _ errors: [String]
  ) -> String {
    let parameters = spec.parameters.map { "\($0.name)" + ($0.value.map { "=\($0)" } ?? "") }
    return line([
      text("service", service), text("operation", name), text("method", spec.method.name),
      text("scope", scope(spec)), list("query", (spec.subresource.map { ["\($0)"] } ?? []) + parameters),
      list("headers", spec.headers.map { "\(dialect.headers.name(of: $0))" }),
      text("action", spec.action), text("log", spec.logName), "\"built\":\(isBuilt)", list("errors", errors),
      list("families", spec.families.map(\.rawValue)),
    ])
  }

  /// The families of each service, with the codes in its words.
  private static var families: [String] {
    let s3 = ErrorFamily.allCases.map { family("s3", $0.rawValue, $0.codes.map(\.name)) }
    let oss = ErrorFamily.allCases.map { one in
      let codes = one.codes.filter { !one.unmetByOSS.contains($0) }.map {
        ossCode($0, isRead: one != .unrouted)
      }
      return family("oss", one.rawValue, Set(codes + one.ownCodesOfOSS).sorted())
    }
    return s3 + oss + [family("iam", "action", IAMAction.commonErrors.map(\.rawValue))]
  }

  private static func family(_ service: String, _ name: String, _ codes: [String]) -> String {
    line([text("service", service), text("family", name), list("errors", codes)])
  }

  private static func code(_ service: String, _ name: String, _ status: Int) -> String {
    line([text("service", service), text("code", name), "\"status\":\(status)"])
  }

  private static func line(_ members: [String]) -> String { "{\(members.joined(separator: ","))}" }

  private static func text(_ name: String, _ value: String) -> String { "\"\(name)\":\"\(value)\"" }

  private static func list(_ name: String, _ values: [String]) -> String {
    "\"\(name)\":[\(values.map { "\"\($0)\"" }.joined(separator: ","))]"
  }
}
