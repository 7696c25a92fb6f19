package import HTTP

/// Finds the row of the operation table that a request is for.
///
/// Rows are indexed by method, scope and sub-resource; within an index the most specific row that matches wins.
/// A request names at most one sub-resource: two known ones are refused, so no two rows of equal specificity
/// match.
package struct Router: Sendable {
  /// The rows of one method and scope.
  private struct Group: Sendable {
    /// Rows for the resource itself, most specific first.
    var plain: [OperationRow] = []
    /// Sub-resources, and the rows of each at the same index, most specific first.
    var names: [StaticString] = []
    var named: [[OperationRow]] = []

    mutating func add(_ row: OperationRow) {
      guard let name = row.spec.subresource else { return plain.append(row) }
      add(row, as: name)
      if let other = row.spec.otherSubresource { add(row, as: other) }
    }

    private mutating func add(_ row: OperationRow, as name: StaticString) {
      if let index = names.firstIndex(where: { $0.isSame(as: name) }) {
        named[index].append(row)
      } else {
        names.append(name)
        named.append([row])
      }
    }

    mutating func sort() {
      plain.sort { $0.spec.specificity > $1.spec.specificity }
      for index in named.indices { named[index].sort { $0.spec.specificity > $1.spec.specificity } }
    }

    func allows(_ subresource: StaticString?) -> Bool {
      guard let subresource else { return plain.contains { $0.spec.specificity == 0 } }
      return names.contains { $0.isSame(as: subresource) }
    }
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
      groups[index].add(row)
      let scope = row.spec.scope.rawValue
      for name in [row.spec.subresource, row.spec.otherSubresource].compactMap(\.self)
      where !known[scope].contains(where: { $0.isSame(as: name) }) {
        known[scope].append(name)
      }
    }
    for index in groups.indices { groups[index].sort() }
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
    var subresource: StaticString?
    if query.count > 0 {
      if let (first, second) = query.matches(among: groups[index].names) {
        let name = groups[index].names[first]
        if let second { throw .conflict(name, groups[index].names[second]) }
        for row in groups[index].named[first] where row.spec.matches(query, headers, dialect) { return row }
        subresource = name
      } else if method != .get, method != .head,
        let foreign = known[scope.rawValue].first(where: { query.contains($0) })
      {
        throw notAllowed(method, scope, subresource: foreign)
      }
    }
    if subresource == nil {
      for row in groups[index].plain where row.spec.matches(query, headers, dialect) { return row }
    }
    throw notAllowed(method, scope, subresource: subresource)
  }

  /// The refusal of a method, with the methods that are allowed.
  private func notAllowed(
    _ method: HTTPMethod, _ scope: OperationSpec.Scope, subresource: StaticString? = nil
  ) -> S3Error {
    let allowed = Router.methods.filter { method in
      Router.index(method, scope).map { groups[$0].allows(subresource) } ?? false
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
}

extension S3Error {
  /// 400 for a request that names two sub-resources.
  fileprivate static func conflict(_ first: StaticString, _ second: StaticString) -> S3Error {
    .invalidArgument(
      "ResourceType", "\(first)", "Conflicting query string parameters: \(first), \(second)")
  }
}
