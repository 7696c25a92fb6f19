import HTTP
import Objects
import Primitives

/// `/v1/buckets`: what `weir bucket` asks of a running server.
///
/// GET `/v1/buckets` lists a page of buckets and, with its first, the deleted ones that can be undeleted; GET
/// `/v1/buckets/NAME` shows one. PUT `…/versioning` and `…/recovery-window` set these, POST `…/undelete` brings a
/// deleted bucket back. `VersionEndpoints` has what is asked of single keys.
struct BucketEndpoints {
  /// Buckets of a page.
  static let pageLength = 1000

  let objects: ObjectStore

  private struct Versioning: Decodable { let state: String }
  private struct Window: Decodable { let seconds: UInt64 }
  private struct Undelete: Decodable { let id: String? }

  func answer(_ call: AdminCall) async throws(AdminProblem) -> AdminAnswer {
    guard let name = call.path.dropFirst().first else {
      guard call.method == .get else { throw call.use("GET") }
      return .json(try await list(after: try call.parameter("after") ?? ""))
    }
    let rest = call.path.dropFirst(2)
    switch (rest.first, call.method) {
    case (nil, .get): return .json(try await show(try await bucket(name)))
    case (nil, _): throw call.use("GET")
    case ("versioning", .put) where rest.count == 1: return .json(try await setVersioning(name, call))
    case ("recovery-window", .put) where rest.count == 1: return .json(try await setWindow(name, call))
    case ("versioning", _), ("recovery-window", _): throw call.use("PUT")
    case ("undelete", .post) where rest.count == 1: return .json(try await undelete(name, call))
    case ("undelete", _): throw call.use("POST")
    default: return try await VersionEndpoints(objects: objects).answer(call, of: try await bucket(name))
    }
  }

  private func bucket(_ name: String) async throws(AdminProblem) -> BucketInfo {
    try await inWords { () throws(ObjectError) in try objects.bucket(named: name) }
  }

  private func list(after: String) async throws(AdminProblem) -> String {
    var request = ListBucketsRequest()
    request.after = after
    request.limit = Self.pageLength
    let page = try await inWords { [request] () throws(ObjectError) in try objects.listBuckets(request) }
    var buckets: [String] = []
    for bucket in page.buckets {
      // One that was deleted meanwhile is no longer there to be listed.
      do throws(AdminProblem) { buckets.append(try await show(bucket)) } catch  where error.status == 404 {}
    }
    var reply = JSONObject()
    reply.add("buckets", list: buckets)
    if page.isTruncated { reply.add("next", page.buckets.last?.name.string) }
    if after.isEmpty { reply.add("deleted", list: try await deleted().map(Self.json)) }
    return reply.json
  }

  private func show(_ bucket: BucketInfo) async throws(AdminProblem) -> String {
    let (span, usage) = try await inWords { () async throws(ObjectError) in
      (try await objects.restorable(bucket), try await objects.usage(of: bucket))
    }
    let views = objects.listViews().filter { $0.bucketID == bucket.id }
    return BucketText.json(bucket, span, usage, views)
  }

  private func setVersioning(_ name: String, _ call: AdminCall) async throws(AdminProblem) -> String {
    let states: [String: VersioningState] = ["enabled": .enabled, "suspended": .suspended]
    let form = "{\"state\":\"enabled\"} or {\"state\":\"suspended\"}"
    guard let state = states[try call.decode(Versioning.self, form).state] else {
      throw AdminProblem(400, "the body must be \(form)")
    }
    let bucket = try await bucket(name)
    return try await show(
      try await inWords { () async throws(ObjectError) in
        try await objects.setVersioning(state, of: bucket)
      })
  }

  private func setWindow(_ name: String, _ call: AdminCall) async throws(AdminProblem) -> String {
    let seconds = try call.decode(Window.self, "{\"seconds\":NUMBER}").seconds
    guard seconds <= BucketSettings.longestWindow else {
      throw AdminProblem(
        400, "a recovery window has \(BucketSettings.longestWindow) seconds (100 years) at most")
    }
    let bucket = try await bucket(name)
    return try await show(
      try await inWords { () async throws(ObjectError) in
        try await objects.setRecoveryWindow(seconds: seconds, of: bucket)
      })
  }

  private func undelete(_ name: String, _ call: AdminCall) async throws(AdminProblem) -> String {
    let wanted = call.body.isEmpty ? nil : try call.decode(Undelete.self, "{} or {\"id\":ID}").id
    let named = try await deleted().filter { $0.name.string == name }
    let found = named.filter { wanted == nil || VersionID(rawValue: $0.id).text == wanted }
    guard let bucket = found.first else {
      let which = wanted.map { " with the id \($0)" } ?? ""
      throw AdminProblem(
        404, "no deleted bucket \(name)\(which) can be restored: weir bucket list shows those that can")
    }
    guard found.count == 1 else {
      let ids = found.map { VersionID(rawValue: $0.id).text }.joined(separator: ", ")
      throw AdminProblem(
        409, "several buckets of the name \(name) were deleted: say which with --id (\(ids))")
    }
    return try await show(
      try await inWords { () async throws(ObjectError) in try await objects.undeleteBucket(id: bucket.id) })
  }

  private func deleted() async throws(AdminProblem) -> [DeletedBucketInfo] {
    try await inWords { () async throws(ObjectError) in try await objects.deletedBuckets() }
  }

  private static func json(_ bucket: DeletedBucketInfo) -> String {
    var object = JSONObject()
    object.add("name", bucket.name.string)
    object.add("id", VersionID(rawValue: bucket.id).text)
    object.add("deleted", bucket.deleted)
    object.add("restorable_until", bucket.restorableUntil)
    return object.json
  }
}

/// Buckets as JSON.
enum BucketText {
  static func json(
    _ bucket: BucketInfo, _ span: RestorableSpan, _ usage: BucketUsage, _ views: [ViewInfo]
  ) -> String {
    var object = JSONObject()
    object.add("name", bucket.name.string)
    object.add("id", VersionID(rawValue: bucket.id).text)
    object.add("created", bucket.created)
    object.add("owner", bucket.owner.string)
    object.add("region", bucket.region)
    object.add("versioning", name(bucket.versioning))
    object.add("object_lock", bucket.settings.objectLock != nil)
    object.add("default_retention", bucket.settings.objectLock?.defaultRetention.map(text))
    object.add("worm", bucket.settings.worm(at: .now()).map(text))
    object.add("recovery_window_seconds", bucket.settings.recoveryWindow)
    object.add("earliest_restorable", span.earliest?.time)
    object.add("latest_restorable", span.latest.time)
    object.add("objects", usage.objects)
    object.add("bytes", usage.bytes)
    object.add("noncurrent_versions", usage.noncurrentVersions)
    object.add("noncurrent_bytes", usage.noncurrentBytes)
    object.add("kept_versions", usage.removedVersions)
    object.add("kept_bytes", usage.removedBytes)
    object.add("views", list: views.map { ViewJSON.json($0) })
    return object.json
  }

  static func name(_ state: VersioningState) -> String {
    switch state {
    case .unversioned: "unversioned"
    case .enabled: "enabled"
    case .suspended: "suspended"
    }
  }

  /// `locked, 30 days`.
  private static func text(_ worm: BucketWorm) -> String {
    "\(worm.state == .locked ? "locked" : "in progress"), \(worm.days) day\(worm.days == 1 ? "" : "s")"
  }

  /// `governance, 30 days`.
  private static func text(_ retention: ObjectLockConfiguration.DefaultRetention) -> String {
    let mode = retention.mode == .governance ? "governance" : "compliance"
    switch retention.period {
    case .days(let days): return "\(mode), \(days) day\(days == 1 ? "" : "s")"
    case .years(let years): return "\(mode), \(years) year\(years == 1 ? "" : "s")"
    }
  }
}
