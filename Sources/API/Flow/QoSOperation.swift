import Access
import Flow
import HTTP
import Objects
package import Primitives

/// An operation of OSS that shows something of flow control. As `Operation`, but what it works on is in memory, and
/// no object store.
package protocol QoSQuery: Sendable {
  static var spec: OperationSpec { get }
  /// The document that answers.
  static func answer(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> XMLWriter
}

/// An operation of OSS that changes flow control.
package protocol QoSChange: Sendable {
  static var spec: OperationSpec { get }
  /// The change that is asked for.
  static func change(_ request: APIRequest, _ qos: QoS) throws(S3Error) -> QoSEdit
}

/// A change of flow control that was asked for.
package struct QoSEdit: Sendable {
  /// In words, for the log.
  let summary: String
  /// Makes the change of what is configured then.
  let edit: @Sendable (FlowConfiguration) throws(FlowError) -> FlowEdit
}

extension OperationRow {
  /// The row of what shows something of flow control.
  convenience init<Query: QoSQuery>(_ query: Query.Type) {
    self.init(Query.spec) { (request, services) throws(S3Error) in
      try request.reply(Query.answer(request, QoS(request, services, changes: false)))
    }
  }

  /// The row of what changes flow control: 204 for what takes something away, else 200.
  convenience init<Change: QoSChange>(_ change: Change.Type) {
    self.init(Change.spec) { (request, services) throws(S3Error) in
      let qos = try QoS(request, services, changes: true)
      try await qos.make(Change.change(request, qos), request)
      return .complete(request.reply(Change.spec.method == .delete ? 204 : 200))
    }
  }
}

/// What the operations on flow control work on.
package struct QoS: Sendable {
  let control: FlowControl
  let identities: IdentityStore
  let region: String
  /// Bytes each second that limits of groups and requesters must be at least.
  let minimum: UInt64
  private let author: String

  /// Whoever owns a bucket may see what limits it. All else is the account's: who could lift a limit that was set for
  /// them would have none.
  ///
  /// - Throws: AccessDenied; NotImplemented where there is no flow control.
  init(_ request: APIRequest, _ services: Services, changes: Bool) throws(S3Error) {
    guard let control = services.flow, let identities = services.identities else {
      throw .notImplemented(operation: request.spec?.name ?? "QoS")
    }
    guard let identity = request.identity, identity.isRoot || !changes && request.bucket != nil else {
      throw S3Error(.accessDenied)
    }
    self.control = control
    self.identities = identities
    region = "\(request.dialect.objects.locationPrefix)\(services.region)"
    minimum = services.minimumBandwidth
    author = identity.name
  }

  var configuration: FlowConfiguration { control.configuration }

  func make(_ change: QoSEdit, _ request: APIRequest) async throws(S3Error) {
    do throws(FlowError) {
      try await control.change(change.summary, by: author, change.edit)
    } catch {
      throw S3Error(error, request)
    }
  }

  // MARK: Parameters

  /// `resourcePool`, which must be there.
  ///
  /// - Throws: InvalidArgument without one, NoSuchResourcePool.
  func pool(_ request: APIRequest) throws(S3Error) -> String {
    let name = try Self.value("resourcePool", request)
    guard configuration.pools[name] != nil else { throw S3Error(.noSuchPool(name), request) }
    return name
  }

  /// `qosRequester`: the id of a user, or the account's.
  ///
  /// - Throws: InvalidArgument without one, and for nobody's id.
  func requester(_ request: APIRequest) throws(S3Error) -> (id: String, name: String) {
    let id = try Self.value("qosRequester", request)
    guard let name = name(of: id) else {
      throw .invalidArgument("qosRequester", id, "There is no user or account of that id.")
    }
    return (id, name)
  }

  /// Whether there is a user or an account of that id.
  func isRequester(_ id: String) -> Bool { name(of: id) != nil }

  private func name(of id: String) -> String? {
    id == Account.id ? Account.root.name : identities.user(id: id)?.name
  }

  /// A parameter that must have a value.
  static func value(_ name: StaticString, _ request: APIRequest) throws(S3Error) -> String {
    guard let value = try request.query.string(name), !value.isEmpty else {
      throw .invalidArgument("\(name)", nil, "The parameter \(name) is missing.")
    }
    return value
  }
}

extension S3Error {
  /// Why a change of flow control was refused, in OSS's words.
  init(_ error: FlowError, _ request: APIRequest) {
    switch error {
    case .noSuchPool(let name): self.init(.noSuchResourcePool, elements: [("ResourcePool", name)])
    case .noSuchNode: self.init(.noSuchQoSConfiguration)
    case .noSuchBucket(let name): self = .noSuchBucket(name)
    case .noSuchUser(let user):
      self.init(.invalidArgument, message: "There is no user or account \(user) any more.")
    case .notInPool(let bucket):
      self = .invalidArgument("resourcePool", nil, "The bucket \(bucket) is not in that resource pool.")
    case .inOtherPool(let bucket, let pool):
      self = .invalidArgument("resourcePool", nil, "The bucket \(bucket) is in the resource pool \(pool).")
    case .invalid(let message): self.init(.invalidArgument, message: message)
    case .limitExceeded(let what, let limit):
      self.init(.invalidArgument, message: "There are \(limit) \(what), which is as many as there may be.")
    case .poolExists, .poolInUse: self.init(.invalidArgument)
    case .conflict: self.init(.serviceUnavailable)
    case .storage(let message):
      if request.outcome.failure == nil { request.outcome.failure = StorageFailure(.io, message) }
      self.init(.internalError)
    }
  }
}
