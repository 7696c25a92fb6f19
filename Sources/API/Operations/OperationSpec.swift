package import HTTP

/// What the server knows of an operation before it runs: a row of the operation table.
///
/// The table drives routing, the policy action, body handling, metrics labels, access-log names and the
/// support matrix. Immutable; boxed because requests carry it to metrics and the log.
package final class OperationSpec: Sendable {
  /// What a request addresses.
  package enum Scope: Int, Sendable, CaseIterable {
    case service = 0
    case bucket = 1
    case object = 2
  }

  /// A query parameter that must be present, with a fixed value or with any.
  package struct Parameter: Sendable {
    package let name: StaticString
    package let value: StaticString?

    package init(_ name: StaticString, _ value: StaticString? = nil) {
      self.name = name
      self.value = value
    }
  }

  /// A header that must be present; the dialect spells it.
  package enum Header: Sendable {
    case copySource
    case renameSource
    case requestRoute
  }

  /// What becomes of the request body.
  package enum BodyPolicy: Sendable, Equatable {
    /// Not read.
    case none
    /// Read whole before the operation runs; beyond `limit` bytes it is refused.
    case buffered(limit: Int)
    /// Read by the operation as it goes.
    case streaming
    /// A browser's form: its fields, which also say who asks, are read before the operation runs, its file as it goes.
    case form
  }

  /// What a request costs, for flow control.
  package enum CostClass: String, Sendable {
    case read, write, list, control
  }

  /// AWS's name, also the metrics label.
  package let name: String
  /// Older AWS operations with the same wire form.
  package let aliases: [String]
  package let method: HTTPMethod
  package let scope: Scope
  /// The query key that makes this a request for a sub-resource. A request names at most one.
  package let subresource: StaticString?
  /// Another spelling of it that clients use.
  package let otherSubresource: StaticString?
  /// Further query parameters that the operation needs to be recognised.
  package let parameters: [Parameter]
  package let headers: [Header]
  /// The IAM action that allows it.
  package let action: String
  package let body: BodyPolicy
  package let cost: CostClass
  /// `REST.GET.OBJECT` and the like.
  /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html>
  package let logName: String
  package let isImplemented: Bool
  /// Whether it makes the bucket that the request names, so that there need not be one.
  package let makesBucket: Bool
  /// Whether it can look at a bucket as it was at an earlier moment (`AsOfHeader`).
  package let looksBack: Bool
  /// Whether it answers for a view as it does for a bucket. What looks back does, unless it writes.
  package let isForViews: Bool
  /// Whether it is about flow control itself, which nobody's limits may keep its owner from changing.
  package let isOfFlow: Bool
  /// What it can refuse a request with, beyond what any request may meet: the codes that AWS names for it, and
  /// those of its own rules. The conformance suite provokes each.
  package let errors: [S3ErrorCode]

  package init(
    _ name: String, aliases: [String] = [], _ method: HTTPMethod, _ scope: Scope,
    subresource: StaticString? = nil, or otherSubresource: StaticString? = nil,
    parameters: [Parameter] = [], headers: [Header] = [],
    action: String, body: BodyPolicy = .none, cost: CostClass, logName: String, isImplemented: Bool = true,
    makesBucket: Bool = false, looksBack: Bool = false, isForViews: Bool = false,
    isOfFlow: Bool = false, errors: [S3ErrorCode] = []
  ) {
    self.name = name
    self.aliases = aliases
    self.method = method
    self.scope = scope
    self.subresource = subresource
    self.otherSubresource = otherSubresource
    self.parameters = parameters
    self.headers = headers
    self.action = action
    self.body = body
    self.cost = cost
    self.logName = logName
    self.isImplemented = isImplemented
    self.makesBucket = makesBucket
    self.looksBack = looksBack
    self.isForViews = isForViews || looksBack && cost != .write
    self.isOfFlow = isOfFlow
    self.errors = errors
  }

  /// How many requirements a request has to meet: among rows that match, the one with most wins.
  package var specificity: Int { (subresource == nil ? 0 : 1) + parameters.count + headers.count }
}
