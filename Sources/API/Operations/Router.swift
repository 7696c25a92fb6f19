package import HTTP

/// Finds the row of the operation table that a request is for.
///
/// Rows are indexed by method and scope; within an index the most specific row that matches wins. A request
/// names at most one sub-resource: two known ones are refused, so no two rows of equal specificity match.
package struct Router: Sendable {
  /// The rows of one method and scope.
  struct Group: Sendable {
    /// Most specific first.
    var rows: [OperationRow] = []
    /// The sub-resources that some row of the group is for.
    var subresources: [StaticString] = []
  }

  private var groups: [Group]
  /// For each scope, the sub-resources that some method has.
  private var known: [[StaticString]]

  package init(_ rows: [OperationRow]) {
    let scopes = OperationSpec.Scope.allCases.count
    groups = Array(repeating: Group(), count: Router.methods.count * scopes)
    known = Array(repeating: [], count: scopes)
    for row in rows {
      guard let index = Router.index(row.spec.method, row.spec.scope) else { continue }
      groups[index].rows.append(row)
      guard let name = row.spec.subresource else { continue }
      Router.insert(name, into: &groups[index].subresources)
      Router.insert(name, into: &known[row.spec.scope.rawValue])
    }
    for index in groups.indices {
      groups[index].rows.sort { $0.spec.specificity > $1.spec.specificity }
    }
  }

  /// The row for a request.
  ///
  /// An unknown query parameter changes nothing, so `GET /bucket?anything` lists the bucket. But a
  /// sub-resource that exists for another method only must not fall through where that would write:
  /// `DELETE /bucket?location` is no DeleteBucket.
  /// - Throws: MethodNotAllowed, or InvalidArgument for two sub-resources at once.
  package func match(
    _ method: HTTPMethod, _ scope: OperationSpec.Scope, _ query: QueryParameters,
    _ headers: HeaderFields, _ dialect: Dialect
  ) throws(S3Error) -> OperationRow {
    guard let index = Router.index(method, scope) else { throw notAllowed(method, scope) }
    let group = groups[index]
    let subresource = try Router.subresource(group.subresources, query)
    if subresource == nil, query.count > 0, method != .get, method != .head,
      let foreign = known[scope.rawValue].first(where: { query.contains($0) })
    {
      throw notAllowed(method, scope, subresource: foreign)
    }
    for row in group.rows
    where row.spec.matches(subresource: subresource, query: query, headers: headers, dialect) {
      return row
    }
    throw notAllowed(method, scope, subresource: subresource)
  }

  /// The sub-resource that the query names.
  private static func subresource(
    _ names: [StaticString], _ query: QueryParameters
  ) throws(S3Error) -> StaticString? {
    guard query.count > 0 else { return nil }
    var found: StaticString?
    for name in names where query.contains(name) {
      guard let first = found else {
        found = name
        continue
      }
      throw .invalidArgument(
        "ResourceType", "\(first)", "Conflicting query string parameters: \(first), \(name)")
    }
    return found
  }

  /// The refusal of a method, with the methods that are allowed.
  private func notAllowed(
    _ method: HTTPMethod, _ scope: OperationSpec.Scope, subresource: StaticString? = nil
  ) -> S3Error {
    let allowed = Router.methods.filter { method in
      guard let index = Router.index(method, scope) else { return false }
      return groups[index].rows.contains { row in
        switch (row.spec.subresource, subresource) {
        case (nil, nil): row.spec.specificity == 0
        case (let a?, let b?): a.isSame(as: b)
        default: false
        }
      }
    }
    let resource = subresource.map { "\($0)".uppercased() } ?? "\(scope)".uppercased()
    return .methodNotAllowed(
      method.name, resource: resource, allow: allowed.map(\.name).joined(separator: ", "))
  }

  private static let methods: [HTTPMethod] = [.get, .head, .put, .post, .delete, .options]

  private static func index(_ method: HTTPMethod, _ scope: OperationSpec.Scope) -> Int? {
    let row: Int
    switch method {
    case .get: row = 0
    case .head: row = 1
    case .put: row = 2
    case .post: row = 3
    case .delete: row = 4
    case .options: row = 5
    case .patch, .other: return nil
    }
    return row * OperationSpec.Scope.allCases.count + scope.rawValue
  }

  private static func insert(_ name: StaticString, into names: inout [StaticString]) {
    guard !names.contains(where: { $0.isSame(as: name) }) else { return }
    names.append(name)
  }
}
