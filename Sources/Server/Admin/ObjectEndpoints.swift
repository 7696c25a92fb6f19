import Background
import Objects

/// What of `/v1/…` is about buckets and what lies in them.
struct ObjectEndpoints {
  let objects: ObjectStore
  let restores: RestoreRunner

  /// Nil when the call is for somebody else.
  func answer(_ call: AdminCall) async throws(AdminProblem) -> AdminAnswer? {
    switch call.path.first {
    case "buckets": try await BucketEndpoints(objects: objects).answer(call)
    case "views": try await ViewEndpoints(objects: objects).answer(call)
    case "restores": try await RestoreEndpoints(objects: objects, runner: restores).answer(call)
    default: nil
    }
  }
}
