import Background
import Objects

/// What of `/v1/…` is about buckets and what lies in them.
struct ObjectEndpoints {
  let objects: ObjectStore
  let restores: RestoreRunner
  let lifecycle: LifecycleRunner

  /// Nil when the call is for somebody else.
  func answer(_ call: AdminCall) async throws(AdminProblem) -> AdminAnswer? {
    switch call.path.first {
    case "buckets" where call.path.dropFirst(2).first == "lifecycle":
      try await LifecycleEndpoints(objects: objects, runner: lifecycle).answer(call)
    case "buckets": try await BucketEndpoints(objects: objects).answer(call)
    case "views": try await ViewEndpoints(objects: objects).answer(call)
    case "restores": try await RestoreEndpoints(objects: objects, runner: restores).answer(call)
    default: nil
    }
  }
}
