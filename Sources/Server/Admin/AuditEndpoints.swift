import Background
import Foundation
import HTTP
import Metadata
import Objects
import Primitives
import Ring
import Synchronization

/// `/v1/audit`: what `weir scrub` and `weir fsck` ask of a running server. POST begins a job, GET tells how far it is,
/// DELETE ends it.
struct AuditEndpoints: Sendable {
  let jobs: AuditJobs
  let rings: RingGroup

  private struct NewJob: Decodable {
    let kind: String
    let rate: UInt64?
  }

  func answer(_ method: HTTPMethod, _ body: [UInt8]) throws(AdminProblem) -> AdminAnswer {
    switch method {
    case .get: break
    case .post: try begin(body)
    case .delete: jobs.cancel()
    default: return .error(405, "use GET, POST or DELETE")
    }
    guard let job = jobs.job else {
      return .error(404, "no scrub or fsck has been asked for since the start")
    }
    return .json(AuditText.json(job))
  }

  private func begin(_ body: [UInt8]) throws(AdminProblem) {
    guard let wanted = try? JSONDecoder().decode(NewJob.self, from: Data(body)),
      let kind = AuditJobs.Kind(rawValue: wanted.kind), let ring = rings.rings.last
    else { throw AdminProblem(400, "the body must be {\"kind\":\"scrub\"}, fsck or fsck-with-data") }
    guard jobs.start(kind, rate: wanted.rate ?? 0, on: ring) else {
      throw AdminProblem(409, "a scrub or fsck runs already: wait for it, or end it with weir scrub --cancel")
    }
  }
}

/// Jobs and reports as JSON.
enum AuditText {
  static func json(_ job: AuditJobs.Job) -> String {
    let progress = job.progress
    var text = "{\"kind\":\"\(job.kind.rawValue)\",\"started\":\"\(job.started.iso8601)\""
    text += ",\"phase\":\"\(phase(progress))\",\"done\":\(progress.done.load(ordering: .relaxed))"
    text += ",\"total\":\(progress.total.load(ordering: .relaxed))"
    switch job.state {
    case .running: text += ",\"state\":\"running\""
    case .cancelled: text += ",\"state\":\"cancelled\""
    case .failed(let message): text += ",\"state\":\"failed\",\"message\":\(JSONText.quoted(message))"
    case .done(let report): text += ",\"state\":\"done\",\"report\":\(json(report))"
    }
    return text + "}"
  }

  /// What is being looked at: `metadata`, `extents`, `segments`, or `done`.
  static func phase(_ progress: CheckProgress) -> String {
    switch progress.phase.load(ordering: .relaxed) {
    case 0: "metadata"
    case 1: "extents"
    case 2: "segments"
    default: "done"
    }
  }

  static func json(_ report: CheckReport) -> String {
    "{\"buckets\":\(report.buckets),\"objects\":\(report.objects),\"versions\":\(report.versions)"
      + ",\"uploads\":\(report.uploads)"
      + ",\"parts\":\(report.parts),\"extents\":\(report.extents),\"bytes\":\(report.bytes)"
      + ",\"segments\":\(report.segments),\"unreferenced_extents\":\(report.unreferencedExtents)"
      + ",\"unreferenced_bytes\":\(report.unreferencedBytes),\"repaired\":\(report.repaired)"
      + ",\"rebuild\":\(report.rebuild.map(json) ?? "null")"
      + ",\"problem_count\":\(report.problemCount)"
      + ",\"problems\":[\(report.problems.map(json).joined(separator: ","))]}"
  }

  private static func json(_ rebuild: RebuildReport) -> String {
    "{\(RebuildText.members(rebuild)),\"notes\":[\(rebuild.problems.map(JSONText.quoted).joined(separator: ","))]}"
  }

  private static func json(_ problem: CheckProblem) -> String {
    var text = "{\"kind\":\"\(problem.kind.rawValue)\",\"message\":\(JSONText.quoted(problem.message))"
    if let subject = problem.subject {
      text += ",\"bucket\":\(JSONText.quoted(subject.bucket)),\"key\":\(JSONText.quoted(subject.key.string))"
      if let version = subject.version { text += ",\"version\":\"\(version.rawValue)\"" }
    }
    if let place = problem.place {
      text += ",\"volume\":\(place.volume)"
      if let segment = place.segment { text += ",\"segment\":\(segment)" }
      if let offset = place.offset { text += ",\"offset\":\(offset)" }
    }
    return text + ",\"repairable\":\(problem.isRepairable)}"
  }
}
