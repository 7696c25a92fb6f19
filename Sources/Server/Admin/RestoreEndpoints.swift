import Background
import HTTP
import Objects
import Primitives

/// `/v1/restores`: what `weir restore` and `weir undelete` ask of a running server. GET lists the jobs, newest first,
/// POST begins one; GET of `/v1/restores/ID` shows a job, GET of `…/changes` a page of what it changes, POST of
/// `…/cancel` ends it, DELETE forgets one that has ended.
struct RestoreEndpoints {
  /// Changes of a page.
  static let pageLength = 1000

  let objects: ObjectStore
  let runner: RestoreRunner

  private struct NewRestore: Decodable {
    let bucket: String
    let as_of: String?
    let undelete_since: String?
    let undelete_until: String?
    let prefix: String?
    let to: String?
    let dry_run: Bool?
    let rate: Int?

    static let form = """
      {"bucket":…,"as_of":…} and, as wanted, "to", or {"bucket":…,"undelete_since":…,"undelete_until":…}; with \
      both, as wanted, "prefix", "dry_run" and "rate"
      """
  }

  func answer(_ call: AdminCall) async throws(AdminProblem) -> AdminAnswer {
    guard let text = call.path.dropFirst().first else {
      switch call.method {
      case .get: return .json(try await list())
      case .post: return .json(RestoreText.json(try await begin(call)))
      default: throw call.use("GET or POST")
      }
    }
    guard let id = RestoreJob.id(text: text) else { throw AdminProblem(.noSuchRestoreJob(id: text)) }
    let rest = call.path.dropFirst(2)
    switch (rest.first, call.method) {
    case (nil, .get): return .json(try await shown(try await job(id)))
    case (nil, .delete):
      let job = try await job(id)
      guard job.isOver else {
        throw AdminProblem(409, "the restore runs: weir restore cancel \(text) ends it")
      }
      try await inWords { () async throws(ObjectError) in try await objects.forgetRestore(id: id) }
      return .json(RestoreText.json(job))
    case (nil, _): throw call.use("GET or DELETE")
    case ("changes", .get) where rest.count == 1: return .json(try await changes(id, call))
    case ("changes", _): throw call.use("GET")
    case ("cancel", .post) where rest.count == 1:
      let job = try await inWords { () async throws(ObjectError) in try await objects.cancelRestore(id: id) }
      return .json(try await shown(job))
    case ("cancel", _): throw call.use("POST")
    default: throw call.nothing
    }
  }

  private func list() async throws(AdminProblem) -> String {
    let jobs = try await inWords { () async throws(ObjectError) in try await objects.restoreJobs() }
    var reply = JSONObject()
    reply.add("restores", list: jobs.map { RestoreText.json($0) })
    return reply.json
  }

  private func job(_ id: UInt64) async throws(AdminProblem) -> RestoreJob {
    try await inWords { () async throws(ObjectError) in try await objects.restoreJob(id: id) }
  }

  /// A job with what is known of its undoing.
  private func shown(_ job: RestoreJob) async throws(AdminProblem) -> String {
    let canUndo = try await inWords { () async throws(ObjectError) in try await objects.canUndo(job) }
    return RestoreText.json(job, canUndo: canUndo, isKept: objects.isKept(by: job))
  }

  private func begin(_ call: AdminCall) async throws(AdminProblem) -> RestoreJob {
    let wanted = try call.decode(NewRestore.self, NewRestore.form)
    let kind = try kind(wanted)
    let bucket = try await inWords { () throws(ObjectError) in try objects.bucket(named: wanted.bucket) }
    if case .undelete = kind, !bucket.isVersioned {
      throw AdminProblem(
        409,
        """
        \(bucket.name) has no versioning, so deletes leave no markers there; weir restore --bucket \(bucket.name) \
        --as-of TIME brings back what its recovery window keeps
        """)
    }
    let prefix = Array((wanted.prefix ?? "").utf8)
    guard prefix.count <= ObjectKey.longest else {
      throw AdminProblem(400, "the prefix is longer than any key can be")
    }
    if let rate = wanted.rate, rate < 1 { throw AdminProblem(400, "\"rate\" is at least 1 key a second") }
    let target = try await inWords { () throws(ObjectError) in
      try wanted.to.map { (name) throws(ObjectError) in try objects.bucket(named: name) }
    }
    if target?.id == bucket.id {
      throw AdminProblem(400, "\"to\" is another bucket; without it the bucket itself is restored")
    }
    let job = try await inWords { () async throws(ObjectError) in
      var request = RestoreRequest(kind, bucket: bucket)
      request.prefix = prefix
      request.target = target
      request.isDryRun = wanted.dry_run ?? false
      request.keysPerSecond = wanted.rate
      return try await objects.beginRestore(request)
    }
    runner.wake(job)
    return job
  }

  private func kind(_ wanted: NewRestore) throws(AdminProblem) -> RestoreRequest.Kind {
    let asOf = try MomentText.moment(wanted.as_of, "as_of", objects)
    let since = try MomentText.moment(wanted.undelete_since, "undelete_since", objects)
    let until = try MomentText.moment(wanted.undelete_until, "undelete_until", objects)
    switch (asOf, since) {
    case (let asOf?, nil) where until == nil: return .restore(asOf: asOf)
    case (nil, let since?):
      guard wanted.to == nil else {
        throw AdminProblem(400, "an undelete brings keys back where they were: \"to\" goes with \"as_of\"")
      }
      let until = until ?? objects.present
      guard since <= until else { throw AdminProblem(400, "the time to undelete ends before it begins") }
      return .undelete(from: since, to: until)
    default: throw AdminProblem(400, "the body must be \(NewRestore.form)")
    }
  }

  private func changes(_ id: UInt64, _ call: AdminCall) async throws(AdminProblem) -> String {
    let after = try call.parameter("after").map { Array($0.utf8) }
    let limit = try call.count("limit", 1...Self.pageLength, default: Self.pageLength)
    let page = try await inWords { () async throws(ObjectError) in
      try await objects.restoreChanges(id: id, after: after, limit: limit)
    }
    var reply = JSONObject()
    reply.add("changes", list: page.changes.map { RestoreText.json($0) })
    reply.add("next", page.next.map { String(decoding: $0, as: Unicode.UTF8.self) })
    return reply.json
  }
}

/// Restore jobs and what they change, as JSON.
enum RestoreText {
  /// `canUndo` and `isKept` of one that is over: whether the bucket can be made what it was before, and whether what
  /// was replaced is kept only until the job is forgotten.
  static func json(_ job: RestoreJob, canUndo: Bool = false, isKept: Bool = false) -> String {
    var object = JSONObject()
    object.add("id", job.idText)
    object.add("bucket", job.bucketName.string)
    object.add("prefix", String(decoding: job.prefix, as: Unicode.UTF8.self))
    switch job.kind {
    case .restore(let asOf):
      object.add("kind", "restore")
      object.add("as_of", asOf.time)
    case .undelete(let from, let to):
      object.add("kind", "undelete")
      object.add("undelete_since", from.time)
      object.add("undelete_until", to.time)
    }
    object.add("to", job.targetName?.string)
    object.add("dry_run", job.isDryRun)
    if let rate = job.keysPerSecond { object.add("rate", rate) }
    switch job.state {
    case .planning: object.add("state", "planning")
    case .running: object.add("state", "running")
    case .done: object.add("state", "done")
    case .cancelled: object.add("state", "cancelled")
    case .failed(let message):
      object.add("state", "failed")
      object.add("message", message)
    }
    object.add("started", job.started)
    object.add("finished", job.finished)
    if canUndo { object.add("can_undo", true) }
    if isKept { object.add("kept_until", job.forgotten) }
    object.add("planned", job.planned)
    object.add("examined", job.examined)
    object.add("created", json: json(job.created))
    object.add("replaced", json: json(job.replaced))
    object.add("deleted", json: json(job.deleted))
    object.add("unchanged", json: json(job.unchanged))
    object.add("skipped", json: json(job.skipped))
    object.add("failed", json: json(job.failed))
    return object.json
  }

  static func json(_ change: RestoreChange) -> String {
    var object = JSONObject()
    object.add("key", change.key.string)
    switch change.action {
    case .create: object.add("action", "create")
    case .replace: object.add("action", "replace")
    case .delete: object.add("action", "delete")
    case .unchanged: object.add("action", "unchanged")
    case .skip: object.add("action", "skip")
    case .fail:
      object.add("action", "fail")
      object.add("reason", change.reason)
    case .pending: object.add("action", "pending")
    }
    object.add("from", change.from?.text)
    object.add("now", change.now?.text)
    object.add("size", change.size)
    return object.json
  }

  private static func json(_ count: RestoreJob.Count) -> String {
    var object = JSONObject()
    object.add("keys", count.keys)
    object.add("bytes", count.bytes)
    return object.json
  }
}
