import Access
import Background
import Flow
import HTTP
import Objects
import Primitives

/// `/v1/flow`: what `weir pool`, `weir group`, `weir requester` and `weir flow` ask of a running server.
///
/// GET `/v1/flow` shows all that is configured, GET `/v1/flow/usage` what has moved, GET `/v1/flow/events` what limits
/// were crossed (`?open=true`: and still are; `?limit=N`). POST `/v1/flow/pools` makes a
/// pool, DELETE `…/pools/NAME` deletes one, PUT and DELETE `…/pools/NAME/buckets/BUCKET` put a bucket in and take it
/// out. PUT `/v1/flow/nodes` sets the limits of one node. `?dry_run=true` changes nothing, and shows what would be.
struct FlowEndpoints {
  let control: FlowControl
  let events: FlowEventLog
  let objects: ObjectStore
  let identities: IdentityStore

  private struct NewPool: Decodable {
    let name: String
    let limits: LimitForm?
  }
  private struct Place: Decodable { let group: String? }

  func answer(_ call: AdminCall) async throws(AdminProblem) -> AdminAnswer {
    let path = call.path.dropFirst()
    switch (path.first, call.method) {
    case (nil, .get): return .json(FlowText.json(control.configuration))
    case (nil, _): throw call.use("GET")
    case ("usage", .get) where path.count == 1: return .json(FlowText.usage(control, names: userNames()))
    case ("events", .get) where path.count == 1:
      let limit = try call.count("limit", 1...FlowEventLog.keptMax, default: 100)
      let open = try call.parameter("open") == "true"
      let shown = events.events.reversed().filter { !open || $0.end == nil }.prefix(limit)
      return .json(FlowText.json(Array(shown)))
    case ("nodes", .put) where path.count == 1: return .json(try await setNode(call))
    case ("pools", _): return .json(try await pools(path.dropFirst(), call))
    case ("usage", _), ("events", _): throw call.use("GET")
    case ("nodes", _): throw call.use("PUT")
    default: throw call.nothing
    }
  }

  private func pools(_ path: ArraySlice<String>, _ call: AdminCall) async throws(AdminProblem) -> String {
    guard let name = path.first else {
      guard call.method == .post else { throw call.use("POST") }
      let wanted = try call.decode(NewPool.self, "{\"name\":…} and, as wanted, \"limits\"")
      let settings = try wanted.limits?.settings(from: NodeSettings()) ?? NodeSettings()
      let time = Timestamp.now()
      return try await change(call, "pool \(wanted.name): made") { (_) throws(FlowError) in
        .createPool(wanted.name, settings, at: time)
      }
    }
    let rest = path.dropFirst()
    if rest.isEmpty {
      guard call.method == .delete else { throw call.use("DELETE") }
      return try await change(call, "pool \(name): deleted") { (_) throws(FlowError) in .deletePool(name) }
    }
    guard rest.count == 2, rest.first == "buckets", let bucketName = rest.last else { throw call.nothing }
    switch call.method {
    case .put:
      let wanted = try call.decode(Place.self, "{} or {\"group\":…}")
      let bucket = try await bucket(bucketName)
      let time = Timestamp.now()
      let group = wanted.group.flatMap { $0.isEmpty ? nil : $0 }
      return try await change(call, "pool \(name): bucket \(bucketName) added, group \(group ?? "-")") {
        (_) throws(FlowError) in
        .place(bucket: bucket.id, name: bucket.name.string, pool: name, group: group, at: time)
      }
    case .delete:
      // Its bucket may be gone.
      let id = try await idOfMember(bucketName, name)
      return try await change(call, "pool \(name): bucket \(bucketName) removed") { (_) throws(FlowError) in
        .remove(bucket: id, name: bucketName, pool: name)
      }
    default: throw call.use("PUT or DELETE")
    }
  }

  /// The bucket of that name in a pool, be it that it has been deleted.
  private func idOfMember(_ name: String, _ pool: String) async throws(AdminProblem) -> UInt64 {
    let members = control.configuration.buckets(of: pool).filter { $0.member.bucketName == name }
    if let bucket = try? objects.bucket(named: name), members.contains(where: { $0.id == bucket.id }) {
      return bucket.id
    }
    guard let gone = members.first else { return try await bucket(name).id }
    return gone.id
  }

  private func setNode(_ call: AdminCall) async throws(AdminProblem) -> String {
    let wanted = try call.decode(
      NodeForm.self, "{\"node\":{\"kind\":…},\"limits\":{…}} or {\"node\":…,\"clear\":true}")
    let (node, record) = try await node(wanted.node)
    if let pool = node.pool, control.configuration.pools[pool] == nil {
      throw AdminProblem(FlowError.noSuchPool(pool))
    }
    // Said here, where the words are known; the change itself takes what is configured then.
    if let limits = wanted.limits { _ = try limits.settings(from: NodeSettings()) }
    return try await change(call, "\(FlowText.name(node, record)): \(wanted.summary)") {
      (before) throws(FlowError) in
      var record = record
      let known = wanted.clear == true ? NodeSettings() : before.nodes[node]?.settings ?? NodeSettings()
      do throws(AdminProblem) {
        record.settings = try wanted.limits?.settings(from: known) ?? known
      } catch { throw .invalid(error.message) }
      return .set(node, record)
    }
  }

  /// The node that is meant, with the names it is shown by.
  private func node(_ form: NodeForm.Node) async throws(AdminProblem) -> (FlowNode, NodeRecord) {
    var record = NodeRecord(NodeSettings())
    switch (form.kind, form.pool, form.group, form.bucket, form.user) {
    case ("server", nil, nil, nil, nil): return (.server, record)
    case ("background", nil, nil, nil, nil): return (.background, record)
    case ("pool", let pool?, nil, nil, nil): return (.pool(pool), record)
    case ("group", let pool?, let group?, nil, nil): return (.group(pool: pool, name: group), record)
    case ("bucket", nil, nil, let name?, nil):
      let bucket = try await bucket(name)
      record.bucketName = name
      return (.bucket(bucket.id), record)
    case ("requester", let pool?, nil, nil, let name?):
      let user = try user(name)
      record.userName = user.name
      return (.poolRequester(pool: pool, user: user.id), record)
    case ("requester", nil, nil, let bucketName?, let name?):
      let (bucket, user) = (try await bucket(bucketName), try user(name))
      record.bucketName = bucketName
      record.userName = user.name
      return (.bucketRequester(bucket: bucket.id, user: user.id), record)
    default:
      throw AdminProblem(
        400,
        """
        a node is {"kind":"server"}, {"kind":"background"}, {"kind":"pool","pool":…}, \
        {"kind":"group","pool":…,"group":…}, \
        {"kind":"bucket","bucket":…}, or {"kind":"requester","user":…} with "pool" or "bucket"
        """)
    }
  }

  private func bucket(_ name: String) async throws(AdminProblem) -> BucketInfo {
    try await inWords { () throws(ObjectError) in try objects.bucket(named: name) }
  }

  private func user(_ name: String) throws(AdminProblem) -> (id: String, name: String) {
    if name == Account.root.name { return (Account.root.id, name) }
    do throws(AccessError) {
      let user = try identities.user(named: name)
      return (user.id, user.name)
    } catch { throw AdminProblem(error) }
  }

  /// The names of all users by their ids.
  private func userNames() -> [String: String] {
    var names = [Account.root.id: Account.root.name, FlowConfiguration.backgroundUser: "(background)"]
    for user in identities.listUsers(limit: AccessLimits.users).users { names[user.id] = user.name }
    return names
  }

  /// Makes a change, or with `?dry_run=true` tells what it would come to. Who may use the admin API is root.
  private func change(
    _ call: AdminCall, _ summary: String, _ edit: @Sendable (FlowConfiguration) throws(FlowError) -> FlowEdit
  ) async throws(AdminProblem) -> String {
    let isDryRun = try call.parameter("dry_run") == "true"
    do throws(FlowError) {
      if isDryRun { return FlowText.json(try control.preview(edit)) }
      try await control.change(summary, by: Account.root.name, edit)
    } catch { throw AdminProblem(error) }
    return FlowText.json(control.configuration)
  }
}

extension AdminProblem {
  init(_ error: FlowError) {
    switch error {
    case .noSuchPool(let name): self.init(404, "there is no resource pool \(name)")
    case .poolExists(let name): self.init(409, "a resource pool \(name) exists already")
    case .poolInUse(let name, let count):
      self.init(409, "the pool \(name) has \(count) buckets: weir pool remove-bucket takes them out")
    case .notInPool(let bucket): self.init(404, "the bucket \(bucket) is not in that pool")
    case .inOtherPool(let bucket, let pool): self.init(409, "the bucket \(bucket) is in the pool \(pool)")
    case .noSuchNode: self.init(404, "nothing is set there")
    case .noSuchBucket(let name): self.init(ObjectError.noSuchBucket(name: name))
    case .noSuchUser(let name): self.init(AccessError.noSuchUser(name))
    case .invalid(let message): self.init(400, message)
    case .limitExceeded(let what, let limit): self.init(409, "\(what) are limited to \(limit)")
    case .conflict: self.init(409, "others changed the configuration at the same time: try again")
    case .storage: self.init(500, "metadata could not be written: look at the server's log")
    }
  }
}
