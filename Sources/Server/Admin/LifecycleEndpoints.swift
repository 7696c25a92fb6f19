import Background
import HTTP
import Objects
import Primitives

/// `/v1/buckets/NAME/lifecycle`: what `weir lifecycle` asks of a running server. GET shows how the bucket's rules are
/// doing, GET `…/preview?days=N` what they would do in the next days.
struct LifecycleEndpoints {
  /// Days that a preview can look ahead.
  static let daysAhead = 1...3660

  let objects: ObjectStore
  let runner: LifecycleRunner

  func answer(_ call: AdminCall) async throws(AdminProblem) -> AdminAnswer {
    guard call.method == .get else { throw call.use("GET") }
    let name = call.path.dropFirst().first ?? ""
    let bucket = try await inWords { () throws(ObjectError) in try objects.bucket(named: name) }
    switch Array(call.path.dropFirst(3)) {
    case []: return .json(try await status(bucket))
    case ["preview"]:
      return .json(try await preview(bucket, days: try call.count("days", Self.daysAhead, default: 30)))
    default: throw call.nothing
    }
  }

  private func status(_ bucket: BucketInfo) async throws(AdminProblem) -> String {
    let (backlog, isSetUp) = try await inWords { () async throws(ObjectError) in
      (
        try await objects.lifecycleBacklog(of: bucket, at: .now()),
        try await objects.isLifecycleSetUp(bucket)
      )
    }
    let run = runner.run(ofBucket: bucket.id)
    let rules = bucket.settings.lifecycle
    var reply = JSONObject()
    reply.add("bucket", bucket.name.string)
    reply.add("rules", list: (rules?.rules ?? []).map(LifecycleText.json))
    reply.add("set", rules.map { Moment(rawValue: $0.generation).time })
    reply.add("indexed", isSetUp)
    reply.add("day_seconds", UInt64(objects.limits.calendar.day / 1000))
    reply.add("due", UInt64(backlog.due))
    reply.add("due_is_more", backlog.isTruncated)
    reply.add("oldest_due", backlog.oldest)
    reply.add("next", backlog.next)
    reply.add("last", run.last)
    reply.add("failures", run.failures)
    LifecycleText.add(run.tally, to: &reply)
    return reply.json
  }

  private func preview(_ bucket: BucketInfo, days: Int) async throws(AdminProblem) -> String {
    let day = objects.limits.calendar.day
    let end = Timestamp(milliseconds: Timestamp.now().milliseconds + Int64(days) * day)
    let (isSetUp, preview) = try await inWords { () async throws(ObjectError) in
      (
        try await objects.isLifecycleSetUp(bucket),
        try await objects.lifecyclePreview(of: bucket, until: end)
      )
    }
    var reply = JSONObject()
    reply.add("bucket", bucket.name.string)
    reply.add("indexed", isSetUp)
    reply.add("until", end)
    reply.add("keys", UInt64(preview.keys))
    reply.add("truncated", preview.isTruncated)
    reply.add(
      "days",
      list: preview.days.map {
        var object = JSONObject()
        object.add("time", $0.time)
        LifecycleText.add($0.tally, to: &object)
        return object.json
      })
    return reply.json
  }
}

/// Lifecycle as JSON.
enum LifecycleText {
  static func add(_ tally: LifecycleTally, to object: inout JSONObject) {
    object.add("expired", tally.expired)
    object.add("removed_versions", tally.removed)
    object.add("removed_markers", tally.markers)
    object.add("aborted_uploads", tally.aborted)
    object.add("bytes", tally.bytes)
    object.add("held", tally.held)
    object.add("transitions", tally.moved)
    object.add("transition_bytes", tally.movedBytes)
  }

  static func json(_ rule: LifecycleRules.Rule) -> String {
    var object = JSONObject()
    object.add("id", rule.id)
    object.add("enabled", rule.isEnabled)
    object.add("prefix", String(decoding: rule.filter.prefix, as: UTF8Text.self))
    object.add("actions", actions(rule).joined(separator: "; "))
    return object.json
  }

  /// `expire after 30 days`.
  private static func actions(_ rule: LifecycleRules.Rule) -> [String] {
    var actions: [String] = []
    for move in rule.transitions { actions.append("to \(move.storageClass.name) \(text(move.when))") }
    if let when = rule.expiration { actions.append("expire \(text(when))") }
    if rule.removesSoleMarkers == true { actions.append("remove sole delete markers") }
    if let noncurrent = rule.noncurrentExpiration {
      let kept = noncurrent.kept == 0 ? "" : ", but the newest \(noncurrent.kept)"
      actions.append("remove old versions \(text(.days(noncurrent.days)))\(kept)")
    }
    for move in rule.noncurrentTransitions {
      let kept = move.kept == 0 ? "" : ", but the newest \(move.kept)"
      actions.append("old versions to \(move.storageClass.name) \(text(.days(move.days)))\(kept)")
    }
    if let when = rule.abortion { actions.append("abort uploads \(text(when))") }
    return actions
  }

  private static func text(_ when: LifecycleRules.When) -> String {
    switch when {
    case .days(let days): "after \(days) day\(days == 1 ? "" : "s")"
    case .date(let date): "from \(date.iso8601Seconds.prefix(10)) on"
    case .createdBefore(let date): "if made before \(date.iso8601Seconds.prefix(10))"
    }
  }
}
